// The official OpenAI client over its Realtime API, without compression and with: says a text with a secret in it, and hears it back piece by piece.
//
//   OPENAI_BASE_URL=https://host/v1 SECRETS=first,second node realtime.mjs     prints a line of JSON for each connection
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

const secrets = process.env.SECRETS.split(',');
const client = new OpenAI({ apiKey: process.env.API_KEY });

for (const [name, perMessageDeflate] of [['plain', false], ['deflate', { threshold: 0 }]]) {
  const peer = new OpenAIRealtimeWS({ model: `gpt-realtime-${name}`, options: { perMessageDeflate } }, client);
  const heard = { text: '', arguments: '', audio: 0, events: 0 };
  const text = `marker-realtime-${name}: take ${secrets.shift()} and go on.`;
  peer.on('session.created', () => {
    // in two fragments, cut inside of the secret
    const event = Buffer.from(JSON.stringify({ type: 'session.update', session: { type: 'realtime', instructions: text } }));
    const cut = event.indexOf('take ') + 20;
    peer.socket.send(event.subarray(0, cut), { binary: false, fin: false });
    peer.socket.send(event.subarray(cut), { binary: false });
  });
  peer.on('session.updated', ({ session }) => {
    heard.instructions = session.instructions === text;
    peer.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });
  });
  peer.on('conversation.item.added', () => peer.send({ type: 'response.create' }));
  peer.on('event', () => heard.events++);
  peer.on('response.output_text.delta', ({ delta }) => { heard.text += delta; });
  peer.on('response.output_audio.delta', ({ delta }) => { heard.audio += Buffer.from(delta, 'base64').length; });
  peer.on('response.function_call_arguments.delta', ({ delta }) => { heard.arguments += delta; });
  peer.on('response.done', () => peer.close({ code: 1000, reason: 'done' }));
  await new Promise((done, failed) => {
    peer.on('error', failed);
    peer.socket.on('close', done);
  });
  const same = heard.text === text && JSON.parse(heard.arguments).note === text;
  console.log(JSON.stringify({ name, same, instructions: heard.instructions, audio: heard.audio, events: heard.events, extensions: peer.socket.extensions }));
}
