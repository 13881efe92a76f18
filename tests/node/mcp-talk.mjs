// What a client of the official SDK sees: an allowed tool, one that may be denied, and the allowed one again.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';

export async function talk(name, transport) {
  const client = new Client({ name: 'test-client', version: '1.0.0' });
  await client.connect(transport);
  const tools = await client.listTools();
  const call = async (tool, args) => {
    try {
      const result = await client.callTool({ name: tool, arguments: args });
      return result.content[0].text;
    } catch (failure) {
      return { error: failure.constructor.name, code: failure.code, message: failure.message };
    }
  };
  const seen = {
    name,
    tools: tools.tools.map(tool => tool.name),
    allowed: await call('get_weather', { city: 'Zürich' }),
    denied: await call('shell.exec', { cmd: 'ls' }),
    again: await call('get_weather', { city: 'Oslo' }),
  };
  await client.close();
  console.log(JSON.stringify(seen));
}
