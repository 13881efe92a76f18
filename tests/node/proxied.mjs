// Gets URLS as an agent does whose environment names a proxy: fetch by it (undici's EnvHttpProxyAgent), and a WebSocket where the URL is one.
import { EnvHttpProxyAgent, WebSocket, fetch, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new EnvHttpProxyAgent());
for (const url of process.env.URLS.split(' ')) {
  if (url.startsWith('ws')) {
    const socket = new WebSocket(url);
    console.log(await new Promise((resolve, reject) => {
      socket.onopen = () => socket.send('hello by a message');
      socket.onmessage = message => { socket.close(); resolve(message.data); };
      socket.onerror = failure => reject(failure.error ?? failure);
    }));
  } else {
    const answer = await fetch(url);
    console.log(answer.status, await answer.text());
  }
}
