// A gRPC server of @grpc/grpc-js.
//
//   [GRPC_CERTIFICATE=file GRPC_KEY=file] node grpc-server.mjs [address:port]     prints "listening on http://127.0.0.1:<port>"
import grpc from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { service } from './grpc-service.mjs';

let cancelled = 0;
const heard = [];
const server = new grpc.Server({ interceptors: [({ path }, call) => { heard.push(path); return new grpc.ServerInterceptingCall(call); }] });
server.addService(service, {
  Unary: (call, answer) => {
    const head = new grpc.Metadata();
    for (const value of call.metadata.get('asked-bin')) head.add('heard-bin', value);
    call.sendMetadata(head);
    const trailer = new grpc.Metadata();
    trailer.set('after-bin', Buffer.from([0, 1, 254, 255]));
    answer(null, call.request, trailer);
  },
  Fails: (call, answer) => {
    const metadata = new grpc.Metadata();
    metadata.set('why', 'so');
    answer({ code: grpc.status.FAILED_PRECONDITION, details: `no: ${call.request} ü %`, metadata });
  },
  Never: (call) => call.on('cancelled', () => cancelled++),
  Heard: (_, answer) => answer(null, Buffer.from(heard.join(' '))),
  Cancelled: (_, answer) => answer(null, Buffer.from(`${cancelled}`)),
  Many: (call) => {
    for (let i = 0; i < 50; i++) call.write(Buffer.concat([call.request, Buffer.from(` ${i}`)]));
    call.end();
  },
  Breaks: (call) => {
    call.write(call.request);
    setImmediate(() => call.emit('error', { code: grpc.status.RESOURCE_EXHAUSTED, details: 'enough' }));
  },
  Join: (call, answer) => {
    const all = [];
    call.on('data', (data) => all.push(data));
    call.on('end', () => answer(null, Buffer.concat(all)));
  },
  // answers each message before the next one comes
  Talk: (call) => {
    call.on('data', (data) => call.write(data));
    call.on('end', () => call.end());
    call.on('cancelled', () => cancelled++);
  },
});
const [at = '127.0.0.1:0'] = process.argv.slice(2);
const { GRPC_CERTIFICATE: certificate, GRPC_KEY: key } = process.env;
const credentials = key
  ? grpc.ServerCredentials.createSsl(null, [{ cert_chain: readFileSync(certificate), private_key: readFileSync(key) }])
  : grpc.ServerCredentials.createInsecure();
server.bindAsync(at, credentials, (failure, port) => {
  if (failure) throw failure;
  console.log(`listening on ${key ? 'https' : 'http'}://${at.split(':')[0]}:${port}`);
});
