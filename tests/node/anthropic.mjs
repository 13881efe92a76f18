// The official Anthropic client against ANTHROPIC_BASE_URL, as its users use it.
import Anthropic from '@anthropic-ai/sdk';
import { question, run, weather } from './cases.mjs';

const client = new Anthropic({ maxRetries: 0, timeout: 20_000 });
const ask = { model: 'thinker-24', max_tokens: 1024, system: 'Be brief.', messages: [{ role: 'user', content: question }] };
const tools = [{ name: weather.name, description: weather.description, input_schema: weather.schema }];
const answered = (message) => [
  ...ask.messages,
  { role: 'assistant', content: message.content },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: message.content[0].id, content: 'clear, 21 °C' }] },
];

await run({
  models: async () => (await client.models.list()).data,
  whole: async () => {
    const { data, response, request_id } = await client.messages.create(ask).withResponse();
    return { data, request_id, type: response.headers.get('content-type') };
  },
  long: () => client.messages.create({ ...ask, messages: [{ role: 'user', content: 'A long story. '.repeat(20_000) }] }),
  stream: async () => {
    const events = [];
    for await (const event of await client.messages.create({ ...ask, stream: true })) events.push(event);
    return events;
  },
  streamHelper: async () => {
    const stream = client.messages.stream(ask);
    const texts = [];
    stream.on('text', (text) => texts.push(text));
    return { message: await stream.finalMessage(), texts };
  },
  tools: async () => {
    const first = await client.messages.create({ ...ask, tools });
    return [first, await client.messages.create({ ...ask, tools, messages: answered(first) })];
  },
  streamedTools: async () => {
    const message = await client.messages.stream({ ...ask, tools }).finalMessage();
    return { message, input: message.content[0].input };
  },
  aborted: async () => {
    for await (const event of await client.messages.create({ ...ask, stream: true })) return event.type;
  },
  notFound: () => client.messages.countTokens({ model: 'thinker-24', messages: ask.messages }),
  badRequest: () => client.messages.create({ ...ask, messages: [] }),
});
