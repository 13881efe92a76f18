// A model server for the try-out and the tests: OpenAI chat completions and Anthropic messages, streamed or whole, the same
// answer for the same seed. It has no dependency and listens on loopback only.
//
//   node model/server.mjs [--port 0] [--seed 24] [--delay 3]     prints "listening on http://127.0.0.1:<port>"
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as anthropic from './anthropic.mjs';
import * as openai from './openai.mjs';

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '0' }, seed: { type: 'string', default: '24' }, delay: { type: 'string', default: '3' } },
});
const seed = Number(options.seed);
const delay = Number(options.delay); // milliseconds between two streamed events
const models = ['thinker-24', 'thinker-24-mini'];
const bodyLimit = 4 << 20;
const created = 1767225600;

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > bodyLimit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function send(request, response, status, value) {
  let body = Buffer.from(JSON.stringify(value));
  response.setHeader('content-type', 'application/json');
  if (body.length >= 1024 && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    body = gzipSync(body);
    response.setHeader('content-encoding', 'gzip');
  }
  response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.end(body);
}

async function stream(response, events) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  for (const event of events) {
    if (response.destroyed) return;
    if (!response.write(event)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  }
  response.end();
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://model');
  const dialect = pathname === '/v1/messages' || request.headers['anthropic-version'] ? anthropic : openai;
  const key = request.headers['x-api-key'] ?? /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!key) return send(request, response, 401, dialect.error('no API key in the request', 'authentication_error'));
  if (request.method === 'GET' && pathname === '/v1/models') return send(request, response, 200, dialect.models(models, created));
  if (request.method !== 'POST' || !['/v1/chat/completions', '/v1/messages'].includes(pathname)) {
    return send(request, response, 404, dialect.error(`no such resource: ${request.method} ${pathname}`, 'not_found_error'));
  }

  const bytes = await read(request);
  if (!bytes) return send(request, response, 413, dialect.error('the request is too large', 'request_too_large'));
  let body;
  try {
    body = JSON.parse(bytes);
  } catch {
    return send(request, response, 400, dialect.error('the body is not JSON'));
  }
  const problem = dialect.problem(body);
  if (problem) return send(request, response, 400, dialect.error(problem));

  // The id depends on the request alone: two runs with one seed give the same bytes.
  const id = createHash('sha256').update(`${seed}\0`).update(bytes).digest('hex').slice(0, 24);
  const context = { seed, id, created };
  response.setHeader(dialect === openai ? 'x-request-id' : 'request-id', `req_${id}`);
  if (body.stream) return stream(response, dialect.events(body, context));
  return send(request, response, 200, dialect === openai ? openai.completion(body, context) : anthropic.message(body, context));
}

const server = createServer((request, response) => {
  answer(request, response).catch((failure) => {
    console.error(`model: ${failure.code ?? failure.name}`);
    response.destroy();
  });
});
server.listen(Number(options.port), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => { server.close(); server.closeAllConnections?.(); });
