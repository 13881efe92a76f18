// The official client of Bedrock, over HTTP/1.1 and over HTTP/2: both calls whose answers are streams.
//
//   BEDROCK_URL=https://host SECRETS=four,of,them,all AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… node bedrock.mjs     prints a line of JSON for each call
import { BedrockRuntimeClient, ConverseStreamCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';

const secrets = process.env.SECRETS.split(',');
const calls = {
  converse: async (client, text) => {
    const answer = await client.send(new ConverseStreamCommand({ modelId: 'test.model', messages: [{ role: 'user', content: [{ text }] }] }));
    const heard = { text: '', input: '', events: 0 };
    for await (const event of answer.stream) {
      heard.events++;
      heard.text += event.contentBlockDelta?.delta.text ?? '';
      heard.input += event.contentBlockDelta?.delta.toolUse?.input ?? '';
      heard.tokens ??= event.metadata?.usage.totalTokens;
    }
    return { events: heard.events, tokens: heard.tokens, same: heard.text === text && JSON.parse(heard.input).note === text };
  },
  invoke: async (client, text) => {
    const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'text', text }] }] });
    const answer = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: 'test.model', contentType: 'application/json', body }));
    const heard = { text: '', events: 0 };
    for await (const { chunk } of answer.body) {
      const event = JSON.parse(Buffer.from(chunk.bytes));
      heard.events++;
      heard.text += event.delta?.text ?? '';
    }
    return { events: heard.events, same: heard.text === text };
  },
};

for (const [version, requestHandler] of [['HTTP/1.1', new NodeHttpHandler()], ['HTTP/2', new NodeHttp2Handler()]]) {
  const client = new BedrockRuntimeClient({ region: 'us-east-1', endpoint: process.env.BEDROCK_URL, requestHandler, maxAttempts: 1 });
  for (const [name, call] of Object.entries(calls)) {
    const text = `marker-bedrock ${name} ${version}: take ${secrets.shift()} and go on.`;
    console.log(JSON.stringify({ name, version, ...await call(client, text) }));
  }
  client.destroy();
}
