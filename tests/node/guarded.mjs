// What an agent sees that asks for what it may not: over one connection of HTTP/2 while a stream on it goes on, over one of HTTP/1.1 that is kept,
// and by WebSockets over both. A line of JSON for each, and at last what the target saw.
//
//   TOOLS_URL=https://host SOCKETS_URL=https://host node guarded.mjs
import { once } from 'node:events';
import { connect } from 'node:http2';
import https from 'node:https';
import WebSocket from 'ws';

const { TOOLS_URL: tools, SOCKETS_URL: sockets } = process.env;
const print = (name, said) => console.log(JSON.stringify({ name, ...said }));

async function ask(session, headers, body) {
  const stream = session.request({ ':method': 'GET', ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  const [answer, flags] = await once(stream, 'response');
  const text = Buffer.concat(await stream.toArray()).toString();
  const grpc = answer['grpc-status'];
  return { status: answer[':status'], text, ...(grpc && { grpc, message: answer['grpc-message'], isTrailersOnly: (flags & 1) === 1 }) };
}

const json = (path, body, more) => [{ ':method': 'POST', ':path': path, 'content-type': 'application/json', ...more }, JSON.stringify(body)];
const session = connect(tools);
const open = session.request({ ':method': 'POST', ':path': '/echo' }, { endStream: false });
open.write('before ');
const cases = {
  allowed: [{ ':path': '/allowed/1' }],
  method: [{ ':method': 'PUT', ':path': '/denied/put' }, 'marker-put'],
  path: [{ ':path': '/admin/users' }],
  mcp: json('/mcp', { jsonrpc: '2.0', id: 'seven', method: 'tools/call', params: { name: 'shell.exec', arguments: { cmd: 'marker-mcp' } } }, { accept: 'application/json, text/event-stream' }),
  model: json('/denied/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'marker-model' }], tools: [{ type: 'function', function: { name: 'shell.run' } }] }),
  grpc: [{ ':method': 'POST', ':path': '/admin/grpc', 'content-type': 'application/grpc', te: 'trailers' }, Buffer.from([0, 0, 0, 0, 1, 7])],
  between: [{ ':path': '/allowed/2' }],
};
for (const [name, [headers, body]] of Object.entries(cases)) print(name, await ask(session, headers, body));
const crowd = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(session, { ':path': i % 2 ? `/admin/${i}` : `/allowed/${i}` })));
print('crowd', { statuses: crowd.map(one => one.status) });
open.end('after');
print('stream', { text: Buffer.concat(await open.toArray()).toString(), isUsable: !session.closed && !session.destroyed });

const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
const get = (path, headers = {}) => new Promise((done, failed) => {
  https.get(sockets + path, { agent, headers }, async response => {
    const { localPort } = response.socket;
    done({ status: response.statusCode, text: Buffer.concat(await response.toArray()).toString(), localPort });
  }).on('error', failed);
});
const offer = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
print('socket by HTTP/1.1', await get('/forbidden/1', offer));
print('the same connection', await get('/allowed/3'));
agent.destroy();

const peer = new WebSocket(`${sockets.replace('https', 'wss')}/forbidden/2`);
peer.on('error', () => {});
const [, refused] = await once(peer, 'unexpected-response');
print('socket by its client', { status: refused.statusCode });
refused.resume();

const second = connect(sockets);
await once(second, 'remoteSettings');
const connecting = path => ({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': path, 'sec-websocket-version': '13' });
print('socket by HTTP/2', await ask(second, connecting('/forbidden/3')));
const opened = second.request(connecting('/v1/realtime'), { endStream: false });
const [answer] = await once(opened, 'response');
const [first] = await once(opened, 'data');
print('another by the same connection', { status: answer[':status'], text: first.subarray(2).toString() });
opened.close();
second.close();
print('socket where tools are judged', await ask(session, connecting('/denied/socket')));

print('seen', { seen: JSON.parse((await ask(session, { ':path': '/seen' })).text) });
session.close();
process.exit(0);
