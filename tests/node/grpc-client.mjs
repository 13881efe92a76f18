// Calls a gRPC server in every way there is, and prints what came back: the same, whether somebody stands between or not.
//
//   GRPC_TARGET=host:port [GRPC_TLS=1] [GRPC_ONLY=Talk] [GRPC_SECRETS=a,b] node grpc-client.mjs
import grpc from '@grpc/grpc-js';
import { createHash } from 'node:crypto';
import { service } from './grpc-service.mjs';

const { GRPC_TARGET: target, GRPC_TLS: tls, GRPC_ONLY: only, GRPC_SECRETS: secrets = 'none' } = process.env;
const Client = grpc.makeGenericClientConstructor(service, 'Echo');
const credentials = tls ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
const client = new Client(target, credentials);
const gzip = new Client(target, credentials, { 'grpc.default_compression_algorithm': 2 });
const digest = (data) => `${data.length} ${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
const told = (error) => ({ code: error.code, details: error.details, why: error.metadata?.get('why') });
const text = (name) => Buffer.from(JSON.stringify({ note: `marker-${name}`, keys: secrets.split(',') }));

const unary = (from, name, request, metadata = new grpc.Metadata(), options = {}) => new Promise((done) => {
  let head, trailer;
  const call = from[name](request, metadata, options, (error, data) => setImmediate(() => done(error ? told(error) : { data: digest(data), head, trailer })));
  call.on('metadata', (got) => { head = got.get('heard-bin').map((value) => value.toString('hex')); });
  call.on('status', (status) => { trailer = status.metadata.get('after-bin').map((value) => value.toString('hex')); });
});
const stream = (call, talk) => new Promise((done) => {
  const heard = [];
  call.on('data', (data) => { heard.push(digest(data)); talk?.(call, heard.length); });
  call.on('error', (error) => done({ heard, ...told(error) }));
  call.on('end', () => done({ heard }));
});

const cancelled = () => new Promise((done) => client.Cancelled(Buffer.alloc(0), (error, data) => done(error ? -1 : Number(data))));

const cases = {
  unary: () => unary(client, 'Unary', text('unary')),
  empty: () => unary(client, 'Unary', Buffer.alloc(0)),
  large: () => unary(client, 'Unary', Buffer.alloc(300_000, 'x')),
  binary: () => {
    const metadata = new grpc.Metadata();
    metadata.add('asked-bin', Buffer.from([0, 255, 10, 13]));
    metadata.add('asked-bin', Buffer.from('second'));
    return unary(client, 'Unary', Buffer.from([0, 255, 1]), metadata);
  },
  gzip: () => unary(gzip, 'Unary', text('gzip')),
  fails: () => unary(client, 'Fails', Buffer.from('this')),
  many: () => stream(client.Many(text('many'))),
  breaks: () => stream(client.Breaks(text('breaks'))),
  join: () => new Promise((done) => {
    const call = client.Join((error, data) => done(error ? told(error) : digest(data)));
    for (let i = 0; i < 20; i++) call.write(text(`join${i}`));
    call.end();
  }),
  Talk: () => {
    const call = client.Talk();
    call.write(text('talk1'));
    return stream(call, (_, count) => (count < 10 ? call.write(text(`talk${count + 1}`)) : call.end()));
  },
  talkGzip: () => {
    const call = gzip.Talk();
    call.write(text('zipped1'));
    return stream(call, (_, count) => (count < 5 ? call.write(text(`zipped${count + 1}`)) : call.end()));
  },
  crowd: async () => {
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => unary(client, 'Unary', Buffer.from(`crowd ${i}`))));
    return all.map((one) => one.data);
  },
  deadline: () => unary(client, 'Never', Buffer.from('x'), new grpc.Metadata(), { deadline: Date.now() + 300 }).then(({ code }) => ({ code })),
  cancel: () => {
    const call = client.Talk();
    call.write(Buffer.from('once'));
    return stream(call, () => call.cancel());
  },
  cancelled: async () => { // the server must have seen both
    for (let i = 0; i < 400; i++) {
      if (await cancelled() >= before + 2) return 'both';
      await new Promise((done) => setTimeout(done, 25));
    }
    return 'not both';
  },
};

const before = await cancelled();
for (const name of only ? only.split(',') : Object.keys(cases)) console.log(JSON.stringify({ name, said: await cases[name]() }));
client.close();
gzip.close();
