// A server for the odd HTTP forms: it says what it received, byte for byte, and answers in the ways that proxies get wrong.
//
//   node odd-server.mjs [--http2]     prints "listening on http://127.0.0.1:<port>"; HTTP/2 without TLS, by prior knowledge
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

const date = 'Sat, 21 Nov 2026 10:00:00 GMT'; // fixed: a recorder that put in its own would be seen
const text = 'All work and no play makes Jack a dull boy. '.repeat(200);
const bytes = (size) => Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 7919) >> 3));
// Of a connection, not of a message.
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'http2-settings']);

const pairs = (raw) => raw.flatMap((name, i) => (i % 2 === 0 && !name.startsWith(':') && !hopByHop.has(name.toLowerCase()) ? [[name, raw[i + 1]]] : []));
const byName = ([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0);

const chunked = (request) => (request.httpVersionMajor === 1 ? { 'Transfer-Encoding': 'chunked' } : {});

async function echo(request, response) {
  const hash = createHash('sha256');
  let length = 0;
  for await (const part of request) {
    hash.update(part);
    length += part.length;
  }
  const seen = {
    method: request.method,
    target: request.url,
    headers: pairs(request.rawHeaders).sort(byName),
    body: { length, sha256: hash.digest('hex') },
    trailers: pairs(request.rawTrailers).sort(byName),
  };
  whole(response, 200, { 'Content-Type': 'application/json' }, JSON.stringify(seen, null, 1));
}

function whole(response, status, headers, body = '') {
  const buffer = Buffer.from(body);
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, { Date: date, ...(bodiless ? {} : { 'Content-Length': buffer.length }), ...headers });
  response.end(bodiless ? undefined : buffer);
}

const coded = (coding, code) => (_, response) =>
  whole(response, 200, { 'Content-Type': 'text/plain', 'Content-Encoding': coding, Vary: 'Accept-Encoding' }, code(text));

const routes = {
  '/empty': (_, response) => whole(response, 204, { 'X-Empty': '' }),
  '/cached': (request, response) => (request.headers['if-none-match'] === '"v1"'
    ? whole(response, 304, { ETag: '"v1"', 'Cache-Control': 'max-age=60' })
    : whole(response, 200, { ETag: '"v1"', 'Cache-Control': 'max-age=60' }, text)),
  '/range': (request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!match) return whole(response, 200, { 'Accept-Ranges': 'bytes' }, text);
    const [from, to] = [Number(match[1]), Number(match[2])];
    return whole(response, 206, { 'Content-Range': `bytes ${from}-${to}/${text.length}` }, text.slice(from, to + 1));
  },
  '/gzip': coded('gzip', gzipSync),
  '/deflate': coded('deflate', deflateSync),
  '/br': coded('br', brotliCompressSync),
  '/bytes': (_, response) => whole(response, 200, { 'Content-Type': 'application/octet-stream' }, bytes(3_000_000)),
  '/head': (_, response) => whole(response, 200, { 'Content-Type': 'text/plain' }, text),
  '/redirect': (_, response) => whole(response, 302, { Location: '/elsewhere?a=%2F' }, 'moved'),
  '/fails': (_, response) => whole(response, 500, { 'Content-Type': 'text/plain' }, 'it broke'),
  '/reason': (_, response) => {
    response.writeHead(299, 'Quite Fine', { Date: date, 'Content-Length': 2 });
    response.end('ok');
  },
  '/cookies': (_, response) => whole(response, 200, { 'Set-Cookie': ['a=1; Path=/', 'b=2; HttpOnly', 'c=3, 4'] }, 'cookies'),
  '/long-header': (_, response) => whole(response, 200, { 'X-Long': 'abcdefgh'.repeat(1000) }, 'long'),
  '/chunked': (request, response) => {
    response.writeHead(200, { Date: date, 'Content-Type': 'text/plain', ...chunked(request) });
    for (const word of text.slice(0, 400).split(' ')) response.write(`${word} `);
    response.end();
  },
  '/trailers': (request, response) => {
    response.writeHead(200, { Date: date, 'Content-Type': 'text/plain', ...chunked(request), Trailer: 'X-Check' });
    response.write('the body');
    response.addTrailers({ 'X-Check': 'abc=' });
    response.end();
  },
  '/until-close': (_, response) => {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { Date: date, 'Content-Type': 'text/plain', Connection: 'close' });
    response.end(text);
  },
  '/sse': (_, response) => {
    response.writeHead(200, { Date: date, 'Content-Type': 'text/event-stream' });
    for (let i = 0; i < 20; i++) response.write(`id: ${i}\ndata: event ${i}\n\n`);
    response.end();
  },
};

function serve(request, response) {
  response.sendDate = false;
  (routes[request.url] ?? echo)(request, response);
}

const server = process.argv.includes('--http2')
  ? createHttp2Server(serve)
  : createServer({ maxHeaderSize: 128 * 1024, requireHostHeader: false, keepAliveTimeout: 60_000 }, serve);
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
