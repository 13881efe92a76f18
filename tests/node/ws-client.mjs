// Says things to a WebSocket server that says them back, once for every form of compression; fails where something else comes back.
//
//   WS_URL=ws://127.0.0.1:<port>/echo node ws-client.mjs
import WebSocket from 'ws';

const messages = ['hello', 'Grüß Gott ✓', '', JSON.stringify({ type: 'response.create', text: 'x'.repeat(5000) }), 'hello', Buffer.from(Array.from({ length: 70000 }, (_, i) => i * 7))];
const forms = {
  plain: false,
  deflate: { threshold: 0 },
  forgets: { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true },
};

for (const [name, perMessageDeflate] of Object.entries(forms)) {
  const peer = new WebSocket(process.env.WS_URL, { perMessageDeflate });
  await new Promise((done, failed) => {
    let next = 0;
    const say = () => (next < messages.length ? peer.send(messages[next]) : peer.close(3000, 'said all'));
    peer.on('open', () => peer.ping('are you there'));
    peer.on('pong', say);
    peer.on('message', (data, isBinary) => {
      const sent = messages[next++];
      if (isBinary !== (typeof sent !== 'string') || !Buffer.from(sent).equals(data)) failed(new Error(`${name}: message ${next} came back wrong`));
      say();
    });
    peer.on('error', failed);
    peer.on('close', (code, reason) => {
      console.log(JSON.stringify({ name, code, reason: String(reason), heard: next, extensions: peer.extensions }));
      done();
    });
  });
}
