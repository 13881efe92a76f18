// MCP by the official SDK: streamable HTTP at /mcp, HTTP+SSE of 2024-11-05 at /sse. GET /ran says which tools ran.
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { batched, stateless } from './mcp-stateless.mjs';

const ran = [];
const sessions = new Map();

function makeServer() {
  const server = new McpServer({ name: 'test-server', version: '1.0.0' });
  server.registerTool('get_weather', { description: 'The weather', inputSchema: { city: z.string() } }, async ({ city }) => {
    ran.push('get_weather');
    return { content: [{ type: 'text', text: `${city}: clear, 21 °C` }] };
  });
  server.registerTool('shell.exec', { description: 'Runs a command', inputSchema: { cmd: z.string() } }, async () => {
    ran.push('shell.exec');
    return { content: [{ type: 'text', text: 'ran' }] };
  });
  return server;
}

async function read(request) {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text ? JSON.parse(text) : undefined;
}

export async function mcp(request, response) {
  const path = new URL(request.url, 'http://h').pathname;
  if (path === '/ran') {
    response.end(JSON.stringify(ran));
  } else if (path === '/sse') {
    const transport = new SSEServerTransport('/messages', response);
    sessions.set(transport.sessionId, transport);
    await makeServer().connect(transport);
  } else if (path === '/messages') {
    const id = new URL(request.url, 'http://h').searchParams.get('sessionId');
    await sessions.get(id).handlePostMessage(request, response, await read(request));
  } else {
    const message = request.method === 'POST' ? await read(request) : undefined;
    if (request.headers['mcp-protocol-version'] === '2026-07-28') return stateless(message, response, ran);
    if (Array.isArray(message)) return batched(message, response, ran);
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: id => sessions.set(id, transport) });
      await makeServer().connect(transport);
    }
    await transport.handleRequest(request, response, message);
  }
}
