// A target as models and tools are in the world: TLS, HTTP/1.1 and HTTP/2 on one port.
//
//   TLS_CERTIFICATE=file TLS_KEY=file node target-server.mjs address:port     prints "listening on https://<address>:<port>"
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { bedrock } from './bedrock-service.mjs';
import { mcp } from './mcp-service.mjs';
import { realtime } from './realtime-service.mjs';

const { TLS_CERTIFICATE: cert, TLS_KEY: key } = process.env;
const [address, port] = process.argv[2].split(':');
const server = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key), allowHTTP1: true });

const seen = [];

server.on('request', (request, response) => {
  seen.push(request.url);
  if (request.url.startsWith('/model/')) return bedrock(request, response);
  if (/^\/(mcp|sse|messages|ran)\b/.test(request.url)) return mcp(request, response);
  if (request.url === '/echo') return request.pipe(response);
  response.end(request.url === '/seen' ? JSON.stringify(seen) : 'hello');
});
server.on('upgrade', (request, socket, head) => {
  seen.push(request.url);
  realtime(request, socket, head);
});
server.listen(Number(port), address, () => console.log(`listening on https://${address}:${port}`));
