// The official SDK's client over both of its transports.
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { talk } from './mcp-talk.mjs';

const root = process.env.MCP_URL;

await talk('streamable', new StreamableHTTPClientTransport(new URL(root + '/mcp')));
await talk('sse', new SSEClientTransport(new URL(root + '/sse')));
process.exit(0);
