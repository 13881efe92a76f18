// The Anthropic messages form of a reply: whole, and streamed as server-sent events.
import { countTokens, pieces, reply } from './mind.mjs';

const textOf = (content) => (typeof content === 'string' ? content : (content ?? []).map((block) => block.text ?? '').join(''));
const toolResults = (content) => (Array.isArray(content) ? content.filter((block) => block.type === 'tool_result') : []);

function conversationOf(body, seed) {
  const turns = [];
  if (body.system) turns.push({ role: 'system', text: textOf(body.system) });
  for (const message of body.messages) {
    const results = toolResults(message.content);
    for (const result of results) turns.push({ role: 'tool', text: textOf(result.content) });
    if (results.length === 0) turns.push({ role: message.role, text: textOf(message.content) });
  }
  return {
    seed,
    index: 0,
    turns,
    tools: (body.tools ?? []).map((tool) => ({ name: tool.name, schema: tool.input_schema })),
    toolAnswered: toolResults(body.messages.at(-1)?.content).length > 0,
  };
}

export const models = (names, created) => ({
  data: names.map((id) => ({ type: 'model', id, display_name: id, created_at: new Date(created * 1000).toISOString() })),
  has_more: false,
  first_id: names[0],
  last_id: names.at(-1),
});

export const error = (message, type = 'invalid_request_error') => ({ type: 'error', error: { type, message } });

export function problem(body) {
  if (!Array.isArray(body?.messages) || body.messages.length === 0) return 'messages: at least one message is required';
  if (!Number.isInteger(body.max_tokens)) return 'max_tokens: Field required';
  return null;
}

export function message(body, { seed, id }) {
  const conversation = conversationOf(body, seed);
  const { text, call } = reply(conversation);
  const content = [];
  if (text) content.push({ type: 'text', text });
  if (call) content.push({ type: 'tool_use', id: `toolu_${id}`, name: call.name, input: call.arguments });
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content,
    stop_reason: call ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: conversation.turns.reduce((sum, turn) => sum + 3 + countTokens(turn.text), 0),
      output_tokens: countTokens(text) + (call ? 12 : 0),
    },
  };
}

/** The events of a streamed message, as text ready to be sent. */
export function* events(body, context) {
  const whole = message(body, context);
  const event = (type, fields) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

  yield event('message_start', {
    message: { ...whole, content: [], stop_reason: null, usage: { ...whole.usage, output_tokens: 1 } },
  });
  yield event('ping', {});
  for (const [index, block] of whole.content.entries()) {
    if (block.type === 'text') {
      yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const text of pieces(block.text)) yield event('content_block_delta', { index, delta: { type: 'text_delta', text } });
    } else {
      const json = JSON.stringify(block.input);
      yield event('content_block_start', { index, content_block: { ...block, input: {} } });
      yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: '' } });
      for (let at = 0; at < json.length; at += 5) {
        yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: json.slice(at, at + 5) } });
      }
    }
    yield event('content_block_stop', { index });
  }
  yield event('message_delta', {
    delta: { stop_reason: whole.stop_reason, stop_sequence: null },
    usage: { output_tokens: whole.usage.output_tokens },
  });
  yield event('message_stop', {});
}
