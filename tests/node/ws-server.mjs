// A WebSocket server that says back what it hears, in fragments where the path says so.
//
//   node ws-server.mjs     prints "listening on http://127.0.0.1:<port>"
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((_, response) => response.writeHead(426).end());
const servers = {
  plain: new WebSocketServer({ noServer: true, perMessageDeflate: false }),
  deflate: new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } }),
  forgets: new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 10 },
  }),
};

server.on('upgrade', (request, socket, head) => {
  const [, kind, form] = request.url.split('/');
  servers[kind].handleUpgrade(request, socket, head, (peer) => {
    peer.on('message', (data, isBinary) => {
      if (form !== 'fragments') return peer.send(data, { binary: isBinary });
      const half = data.length >> 1;
      peer.send(data.subarray(0, half), { binary: isBinary, fin: false });
      peer.ping('between');
      peer.send(data.subarray(half), { binary: isBinary });
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
