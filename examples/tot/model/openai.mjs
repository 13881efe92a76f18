// The OpenAI chat completions form of a reply: whole, and streamed as server-sent events.
import { countTokens, pieces, reply } from './mind.mjs';

const textOf = (content) => (typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join(''));

function conversationOf(body, seed, index) {
  const messages = body.messages ?? [];
  return {
    seed,
    index,
    turns: messages.map((message) => ({ role: message.role, text: textOf(message.content) })),
    tools: (body.tools ?? []).map((tool) => ({ name: tool.function?.name ?? 'tool', schema: tool.function?.parameters })),
    toolAnswered: messages.at(-1)?.role === 'tool',
  };
}

export const models = (names, created) => ({
  object: 'list',
  data: names.map((id) => ({ id, object: 'model', created, owned_by: 'try-out' })),
});

export const error = (message, type = 'invalid_request_error') => ({ error: { message, type, param: null, code: null } });

/** Null where the request is fine, else what is wrong with it. */
export function problem(body) {
  if (!Array.isArray(body?.messages) || body.messages.length === 0) return 'messages must be a list with at least one message';
  if (body.n !== undefined && !(Number.isInteger(body.n) && body.n >= 1 && body.n <= 8)) return 'n must be from 1 to 8';
  return null;
}

function answers(body, seed, id) {
  return Array.from({ length: body.n ?? 1 }, (_, index) => {
    const { text, call } = reply(conversationOf(body, seed, index));
    const toolCalls = call && [{ id: `call_${id}${index}`, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.arguments) } }];
    return { index, text, toolCalls };
  });
}

function usageOf(body, choices) {
  const prompt = body.messages.reduce((sum, message) => sum + 3 + countTokens(textOf(message.content)), 0);
  const completion = choices.reduce((sum, { text, toolCalls }) => sum + countTokens(text) + (toolCalls ? 12 : 0), 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

export function completion(body, { seed, id, created }) {
  const choices = answers(body, seed, id);
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    model: body.model,
    choices: choices.map(({ index, text, toolCalls }) => ({
      index,
      message: { role: 'assistant', content: text || null, ...(toolCalls ? { tool_calls: toolCalls } : {}), refusal: null },
      logprobs: null,
      finish_reason: toolCalls ? 'tool_calls' : 'stop',
    })),
    usage: usageOf(body, choices),
    system_fingerprint: `fp_seed${seed}`,
  };
}

/** The events of a streamed completion, as text ready to be sent. */
export function* events(body, { seed, id, created }) {
  const choices = answers(body, seed, id);
  const withUsage = body.stream_options?.include_usage === true;
  const chunk = (list, usage = null) => `data: ${JSON.stringify({
    id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model: body.model, choices: list, ...(withUsage ? { usage } : {}),
  })}\n\n`;
  const delta = (index, content, finish = null) => chunk([{ index, delta: content, logprobs: null, finish_reason: finish }]);

  for (const { index, text, toolCalls } of choices) {
    yield delta(index, { role: 'assistant', content: toolCalls && !text ? null : '', refusal: null });
    for (const piece of pieces(text)) yield delta(index, { content: piece });
    for (const [position, call] of (toolCalls ?? []).entries()) {
      const { name, arguments: json } = call.function;
      yield delta(index, { tool_calls: [{ index: position, id: call.id, type: 'function', function: { name, arguments: '' } }] });
      for (let at = 0; at < json.length; at += 5) {
        yield delta(index, { tool_calls: [{ index: position, function: { arguments: json.slice(at, at + 5) } }] });
      }
    }
    yield delta(index, {}, toolCalls ? 'tool_calls' : 'stop');
  }
  if (withUsage) yield chunk([], usageOf(body, choices));
  yield 'data: [DONE]\n\n';
}
