// Calls of gRPC of which some may be denied, all over one channel: what each came to, and at last what the server has heard.
//
//   GRPC_TARGET=host:port node grpc-guarded.mjs
import grpc from '@grpc/grpc-js';
import { service } from './grpc-service.mjs';

const Client = grpc.makeGenericClientConstructor(service, 'Echo');
const client = new Client(process.env.GRPC_TARGET, grpc.credentials.createSsl());
const outcome = failure => (failure ? { code: failure.code, details: failure.details } : { code: 0 });
const unary = (name, text) => new Promise(done => client[name](Buffer.from(text), (failure, data) => done({ ...outcome(failure), data: data?.toString() })));
const talk = () => new Promise(done => {
  const call = client.Talk();
  const heard = [];
  call.on('data', data => heard.push(data.toString()));
  call.on('error', failure => done({ ...outcome(failure), heard }));
  call.on('end', () => done({ code: 0, heard }));
  for (let i = 0; i < 3; i++) call.write(Buffer.from(`marker-talk ${i}`));
});

const calls = { first: () => unary('Unary', 'one'), denied: () => unary('Fails', 'marker-fails'), stream: talk, again: () => unary('Unary', 'two'), heard: () => unary('Heard', '') };
for (const [name, call] of Object.entries(calls)) console.log(JSON.stringify({ name, ...await call() }));
client.close();
