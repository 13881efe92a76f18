// A target as models and tools are in the world: TLS, HTTP/1.1 and HTTP/2 on one port.
//
//   TLS_CERTIFICATE=file TLS_KEY=file node target-server.mjs address:port     prints "listening on https://<address>:<port>"
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { bedrock } from './bedrock-service.mjs';
import { realtime } from './realtime-service.mjs';

const { TLS_CERTIFICATE: cert, TLS_KEY: key } = process.env;
const [address, port] = process.argv[2].split(':');
const server = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key), allowHTTP1: true });

server.on('request', (request, response) => {
  if (request.method === 'CONNECT') return; // a WebSocket's, on the stream
  if (request.url.startsWith('/model/')) return bedrock(request, response);
  response.writeHead(404).end();
});
server.on('upgrade', realtime);
server.listen(Number(port), address, () => console.log(`listening on https://${address}:${port}`));
