// Gets a URL by fetch and by https, and prints the answers; what it believes beside its own is said by NODE_EXTRA_CA_CERTS.
import https from 'node:https';

const url = process.argv[2];
const answer = await fetch(url);
console.log(answer.status, await answer.text());
await new Promise((resolve, reject) => {
  https.get(url, response => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', text => { body += text; });
    response.on('end', () => resolve(console.log(response.statusCode, body)));
  }).on('error', reject);
});
