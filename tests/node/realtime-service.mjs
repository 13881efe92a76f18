// OpenAI's Realtime API, as far as a client needs it that writes text and reads text, audio and a call of a tool. It spells back what it is told,
// seven characters an event, each second event in two fragments; it compresses where the client does.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });

export function realtime(request, socket, head) {
  server.handleUpgrade(request, socket, head, peer => talk(peer));
}

function talk(peer) {
  let sent = 0;
  let text = '';
  const say = (type, more) => {
    const event = Buffer.from(JSON.stringify({ type, event_id: `event_${++sent}`, ...more }));
    const half = event.length - 9; // inside of what a delta says
    if (sent % 2 || half <= 0) return peer.send(event, { binary: false });
    peer.send(event.subarray(0, half), { binary: false, fin: false });
    peer.send(event.subarray(half), { binary: false });
  };
  const spell = (type, what, more) => {
    for (let at = 0; at < what.length; at += 7) say(`${type}.delta`, { ...more, delta: what.slice(at, at + 7) });
    say(`${type}.done`, more);
  };
  const item = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
  const handlers = {
    'session.update': ({ session }) => say('session.updated', { session }),
    'conversation.item.create': ({ item }) => { text = item.content[0].text; say('conversation.item.added', { item }); },
    'response.create': () => {
      say('response.created', { response: { id: 'resp_1', status: 'in_progress' } });
      spell('response.output_text', text, item);
      say('response.output_audio.delta', { ...item, delta: Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) >> 3)).toString('base64') });
      spell('response.function_call_arguments', JSON.stringify({ note: text }), { ...item, call_id: 'call_1' });
      say('response.done', { response: { id: 'resp_1', status: 'completed' } });
    },
  };
  peer.on('message', data => {
    const event = JSON.parse(data);
    handlers[event.type](event);
  });
  say('session.created', { session: { id: 'sess_1', type: 'realtime' } });
}
