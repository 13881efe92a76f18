// A Tree-of-Thoughts agent for the game of 24, breadth first. It knows a base URL and a key (OPENAI_BASE_URL, OPENAI_API_KEY) and
// nothing of a recorder: propose steps (streamed), let the model vote on each (n = 3), keep the best, answer with a tool call.
//
//   node agent/agent.mjs [NUMBERS] [--beam 3] [--model thinker-24]
import OpenAI from 'openai';
import { parseArgs } from 'node:util';
import * as prompts from './prompts.mjs';
import { Screen } from './screen.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { beam: { type: 'string', default: '3' }, model: { type: 'string', default: 'thinker-24' } },
});
const numbers = positionals[0] ?? '4 5 6 10';
const beam = Number(options.beam);
const { model } = options;
const client = new OpenAI({ maxRetries: 0, timeout: 20_000 });
const screen = new Screen(process.stdout);
const votes = new Map();
let calls = 0;

/** Asks for the children of a node. The conversation grows along a branch, so branches share what came before they parted. */
async function expand(node) {
  const messages = [...node.messages, { role: 'user', content: prompts.propose(node.left) }];
  calls++;
  const stream = await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
  return prompts.parseSteps(text).map(({ step, left }) => ({
    left,
    steps: [...node.steps, step],
    messages: [...messages, { role: 'assistant', content: text }, { role: 'user', content: `Take the step: ${step}` }],
  }));
}

async function vote(left) {
  if (!votes.has(left)) {
    calls++;
    const messages = [{ role: 'system', content: prompts.system }, { role: 'user', content: prompts.evaluate(left) }];
    votes.set(left, client.chat.completions.create({ model, messages, n: 3, temperature: 0.7 })
      .then((completion) => completion.choices.map((choice) => prompts.parseVote(choice.message.content))));
  }
  return votes.get(left);
}

/** The last branch: the model checks its own expression with a tool before it answers. */
async function conclude(node) {
  const messages = [...node.messages, { role: 'user', content: prompts.answer(numbers, node.steps) }];
  for (let round = 0; round < 3; round++) {
    calls++;
    const completion = await client.chat.completions.create({ model, messages, tools: prompts.tools });
    const { message } = completion.choices[0];
    messages.push(message);
    if (!message.tool_calls?.length) return /^Answer: (.*) = 24$/m.exec(message.content ?? '')?.[1] ?? null;
    for (const call of message.tool_calls) {
      const { expression } = JSON.parse(call.function.arguments);
      const value = `${prompts.calculate(expression)}`;
      screen.tool(call.function.name, expression, value);
      messages.push({ role: 'tool', tool_call_id: call.id, content: value });
    }
  }
  return null;
}

let frontier = [{ left: numbers, steps: [], messages: [{ role: 'system', content: prompts.system }] }];
screen.root(numbers);
for (let depth = 1; depth < numbers.split(' ').length; depth++) {
  const families = await Promise.all(frontier.map(expand));
  const seen = new Set();
  const children = [];
  for (const child of families.flat()) {
    if (seen.has(child.left)) continue;
    seen.add(child.left);
    child.votes = await vote(child.left);
    child.score = prompts.score(child.votes);
    children.push(child);
  }
  const ranked = [...children].sort((a, b) => b.score - a.score);
  const hopeful = ranked.filter((child) => child.score >= 1).slice(0, beam);
  const kept = hopeful.length > 0 ? hopeful : ranked.slice(0, 1);
  screen.level(depth, frontier, families, (child) => seen.has(child.left) && kept.includes(child));
  frontier = kept;
}

const solved = frontier.find((node) => node.left === '24');
const found = solved && await conclude(solved);
const right = found && prompts.calculate(found) === 24;
screen.end(right ? `${found} = 24` : null, calls);
process.exitCode = right ? 0 : 1;
