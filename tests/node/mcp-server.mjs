// A server of mcp-service.mjs alone, in plaintext.
import http from 'node:http';
import { mcp } from './mcp-service.mjs';

const server = http.createServer(mcp);
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
