// MCP in all its revisions: by the official SDK's client as far as it speaks them, batches and 2026-07-28 by hand, the last over HTTP/2.
//
//   MCP_URL=https://host node mcp-revisions.mjs     prints a line of JSON for each
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Agent, fetch } from 'undici';
import { talk } from './mcp-talk.mjs';

const root = process.env.MCP_URL;
const endpoint = new URL(root + '/mcp');

// the client asks for the newest that it knows; the server takes what it is asked for
const asking = version => (url, init) => globalThis.fetch(url, { ...init, body: init.body?.replace?.('"protocolVersion":"2025-11-25"', `"protocolVersion":"${version}"`) });
await talk('2024-11-05', new SSEClientTransport(new URL(root + '/sse')));
for (const version of ['2025-03-26', '2025-06-18', '2025-11-25']) await talk(version, new StreamableHTTPClientTransport(endpoint, { fetch: asking(version) }));

const dispatcher = new Agent({ allowH2: true });
const call = (id, name, args, more) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, ...more } });
const post = async (message, headers) => {
  const answer = await fetch(endpoint, {
    method: 'POST', dispatcher, body: JSON.stringify(message), headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  });
  const text = await answer.text();
  return answer.headers.get('content-type').startsWith('text/event-stream')
    ? text.split('\n').filter(line => line.startsWith('data: ')).map(line => JSON.parse(line.slice(6)))
    : JSON.parse(text);
};
const textOf = answer => answer.result?.content?.[0].text ?? answer.result?.resultType ?? answer.error?.code;

const batch = { 'mcp-protocol-version': '2025-03-26' };
console.log(JSON.stringify({
  name: 'batch',
  allowed: (await post([call(1, 'get_weather', { city: 'Bern' }), call(2, 'get_weather', { city: 'Ulm' })], batch)).map(textOf).sort(),
  denied: (await post([call(3, 'get_weather', { city: 'Rome' }), call(4, 'shell.exec', { cmd: 'ls' })], batch)).map(textOf),
}));

const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientInfo': { name: 'by-hand', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {}, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const ask = (message, name) => post({ ...message, params: { ...message.params, _meta } },
  { 'mcp-protocol-version': '2026-07-28', 'mcp-method': message.method, ...(name && { 'mcp-name': name }) });
const weather = (id, more) => ask(call(id, 'get_weather', { city: 'Chur' }, more), 'get_weather');
console.log(JSON.stringify({
  name: '2026-07-28',
  discovered: (await ask({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: {} })).result.supportedVersions,
  asked: textOf(await weather(2)),
  allowed: textOf(await weather(3, { inputResponses: { unit: { action: 'accept', content: { unit: '°C' } } }, requestState: 'opaque' })),
  denied: textOf(await ask(call(4, 'shell.exec', { cmd: 'ls' }), 'shell.exec')),
  hidden: textOf(await ask(call(5, 'shell.exec', { cmd: 'ls' }), 'get_weather')),
  heard: (await ask({ jsonrpc: '2.0', id: 6, method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } })).map(one => one.method ?? one.result.resultType),
  again: textOf(await weather(7, { inputResponses: { unit: { action: 'accept', content: { unit: '°C' } } } })),
}));
console.log(JSON.stringify({ name: 'ran', ran: await (await fetch(root + '/ran', { dispatcher })).json() }));
process.exit(0);
