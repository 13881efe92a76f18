// The official openai client against OPENAI_BASE_URL, as its users use it.
import OpenAI from 'openai';
import { question, run, weather } from './cases.mjs';

const client = new OpenAI({ maxRetries: 0, timeout: 20_000 });
const model = 'thinker-24';
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: question }];
const tools = [{ type: 'function', function: { name: weather.name, description: weather.description, parameters: weather.schema } }];
const answered = (call) => [
  ...messages,
  { role: 'assistant', content: null, tool_calls: [call] },
  { role: 'tool', tool_call_id: call.id, content: '{"sky":"clear","high":21}' },
];
const collect = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

await run({
  models: async () => (await client.models.list()).data,
  whole: async () => {
    const { data, response, request_id } = await client.chat.completions.create({ model, messages }).withResponse();
    return { data, request_id, type: response.headers.get('content-type') };
  },
  choices: () => client.chat.completions.create({ model, messages, n: 3, temperature: 0.7 }),
  long: () => client.chat.completions.create({ model, n: 8, messages: [{ role: 'user', content: 'A long story. '.repeat(20_000) }] }),
  stream: async () => collect(await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })),
  streamedChoices: async () => collect(await client.chat.completions.create({ model, messages, n: 2, stream: true })),
  streamHelper: async () => {
    const runner = client.chat.completions.stream({ model, messages });
    return { content: await runner.finalContent(), usage: await runner.totalUsage() };
  },
  tools: async () => {
    const first = await client.chat.completions.create({ model, messages, tools });
    const second = await client.chat.completions.create({ model, messages: answered(first.choices[0].message.tool_calls[0]), tools });
    return [first, second];
  },
  streamedTools: async () => {
    const runner = client.chat.completions.stream({ model, messages, tools });
    const message = await runner.finalMessage();
    return { message, arguments: JSON.parse(message.tool_calls[0].function.arguments) };
  },
  aborted: async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const chunk of stream) {
      stream.controller.abort();
      return chunk.choices[0].delta.role;
    }
  },
  notFound: () => client.responses.create({ model, input: 'hello' }),
  badRequest: () => client.chat.completions.create({ model, messages: [] }),
});
