// Bedrock's streamed answers (application/vnd.amazon.eventstream): it spells back the question seven characters an event, as text and as a call of a
// tool, and sends each message in two pieces. Who signed something else than arrived gets 403.
import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = data => createHash('sha256').update(data).digest('hex');

/** Whether the signature (AWS Signature Version 4) is that of what arrived. */
function isSigned(request, body, secret) {
  const [, scope, names, signature] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(request.headers.authorization) ?? [];
  if (!scope) return false;
  const [day, region, service] = scope.split('/');
  const value = name => `${request.headers[name] ?? (name === 'host' ? request.headers[':authority'] : '')}`.trim().replace(/ +/g, ' ');
  const canonical = [request.method, request.url, '', ...names.split(';').map(name => `${name}:${value(name)}`), '', names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', value('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = ['aws4_request', service, region, day].reduceRight((derived, part) => hmac(derived, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === signature;
}

function message(type, payload) {
  const headers = Buffer.concat(Object.entries({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' })
    .map(([name, value]) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7, 0, value.length]), Buffer.from(value)])));
  const body = Buffer.from(JSON.stringify({ ...payload, p: 'abcdefghijklm'.slice(0, payload.bytes?.length % 13 || 5) }));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const whole = Buffer.concat([prelude, headers, body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(whole));
  return Buffer.concat([whole, check]);
}

const pieces = text => Array.from({ length: Math.ceil(text.length / 7) }, (_, i) => text.slice(i * 7, (i * 7) + 7));

function* converse(text) {
  yield ['messageStart', { role: 'assistant' }];
  for (const piece of pieces(text)) yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: piece } }];
  yield ['contentBlockStop', { contentBlockIndex: 0 }];
  yield ['contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'use_1', name: 'get_note' } } }];
  for (const piece of pieces(JSON.stringify({ note: text }))) yield ['contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: piece } } }];
  yield ['contentBlockStop', { contentBlockIndex: 1 }];
  yield ['messageStop', { stopReason: 'tool_use' }];
  yield ['metadata', { usage: { inputTokens: 7, outputTokens: 11, totalTokens: 18 }, metrics: { latencyMs: 1 } }];
}

function* invoke(text) {
  const chunk = event => ['chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }];
  yield chunk({ type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 7, output_tokens: 1 } } });
  yield chunk({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  for (const piece of pieces(text)) yield chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } });
  yield chunk({ type: 'content_block_stop', index: 0 });
  yield chunk({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 11 } });
  yield chunk({ type: 'message_stop' });
}

export async function bedrock(request, response, secret = process.env.AWS_SECRET_ACCESS_KEY) {
  const body = Buffer.concat(await request.toArray());
  if (!isSigned(request, body, secret)) return response.writeHead(403, { 'x-amzn-errortype': 'InvalidSignatureException' }).end('{"message":"signed something else"}');
  const { messages } = JSON.parse(body);
  const text = messages[0].content[0].text;
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'request_1' });
  for (const [type, payload] of request.url.endsWith('/converse-stream') ? converse(text) : invoke(text)) {
    const bytes = message(type, payload);
    response.write(bytes.subarray(0, bytes.length >> 1));
    response.write(bytes.subarray(bytes.length >> 1));
  }
  response.end();
}
