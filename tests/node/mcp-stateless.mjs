// MCP that the SDK does not speak: batches of calls (2025-03-26), and 2026-07-28, without sessions: it asks back before it calls a tool, and answers a subscription with a stream of two events.
export async function stateless(message, response, ran) {
  const { id, method, params } = message;
  const results = {
    'server/discover': () => ({ supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, serverInfo: { name: 'stateless', version: '1' } }),
    'tools/call': () => {
      if (params.name !== 'get_weather') {
        ran.push(params.name);
        return { content: [{ type: 'text', text: 'ran' }] };
      }
      if (!params.inputResponses) return { resultType: 'input_required', inputRequests: { unit: { method: 'elicitation/create', params: { message: 'Which unit?' } } }, requestState: 'opaque' };
      ran.push(params.name);
      return { content: [{ type: 'text', text: `${params.arguments.city}: clear, 21 ${params.inputResponses.unit.content.unit}` }] };
    },
    'subscriptions/listen': () => ({}),
  };
  const answer = { jsonrpc: '2.0', id, result: { resultType: 'complete', ...results[method]() } };
  if (method !== 'subscriptions/listen') return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })}\n\n`);
  response.end(`data: ${JSON.stringify(answer)}\n\n`);
}

export function batched(messages, response, ran) {
  const answers = messages.map(({ id, params }) => {
    ran.push(params.name);
    return { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: `${params.arguments.city}: clear, 21 °C` }] } };
  });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers));
}
