// What the model "thinks": a reply for a conversation, the same one for the same seed. It plays the game of 24 well but not
// perfectly, and has something to say to everything else.
import { createHash } from 'node:crypto';
import { expression, legalSteps, parseNumbers, show, solve } from './puzzle.mjs';

/** A number in [0, 1) that depends on nothing but what it is asked about. */
export const chance = (...of) => createHash('sha256').update(of.join('\0')).digest().readUInt32BE() / 2 ** 32;

/**
 * conversation: { seed, index, turns: [{ role, text }], tools: [{ name, schema }], toolAnswered }
 * returns { text, call: null | { name, arguments } }
 */
export function reply(conversation) {
  const asked = [...conversation.turns].reverse().find((turn) => turn.role === 'user')?.text ?? '';
  const numbers = parseNumbers(/^Numbers?: (.*)$/m.exec(asked)?.[1] ?? '');
  if (numbers && /^Propose/m.test(asked)) return { text: propose(numbers, conversation), call: null };
  if (numbers && /^Evaluate/m.test(asked)) return { text: evaluate(numbers, conversation), call: null };
  if (numbers && /^Answer/m.test(asked)) return answer(numbers, asked, conversation);
  if (conversation.tools.length > 0 && !conversation.toolAnswered) {
    const tool = conversation.tools[0];
    return { text: '', call: { name: tool.name, arguments: fill(tool.schema, asked) } };
  }
  return { text: chat(asked, conversation), call: null };
}

function propose(numbers, { seed, index }) {
  const ranked = legalSteps(numbers).map((step) => {
    const promising = solve(step.left) ? 0.35 : 0;
    const odd = step.result[1] === 1 ? 0 : 0.5; // fractions only where nothing else comes to mind
    return { step, weight: chance(seed, index, step.text) + promising - odd };
  });
  ranked.sort((x, y) => y.weight - x.weight);
  return ranked.slice(0, 6).map(({ step }) => `${step.text} (left: ${step.id})`).join('\n');
}

function evaluate(numbers, { seed, index }) {
  const steps = solve(numbers);
  if (numbers.length === 1) return `${show(numbers[0])} is all that is left\n${steps ? 'sure' : 'impossible'}`;
  const luck = chance(seed, 'value', index, numbers.map(show));
  if (steps && luck < 0.8) return `${expression(steps)} = 24\nsure`;
  const [first] = legalSteps(numbers);
  const tried = first ? `${first.text}, left ${first.id}\n` : '';
  if (steps || luck < 0.3) return `${tried}I cannot see 24 yet, but the numbers are in a reasonable range\nlikely`;
  return `${tried}${numbers.map(show).join(' ')}: none of it comes to 24\nimpossible`;
}

function answer(numbers, asked, { tools, toolAnswered, turns }) {
  const steps = [...asked.matchAll(/^\s*(-?\d+(?:\/\d+)?) ([-+*/]) (-?\d+(?:\/\d+)?) = (-?\d+(?:\/\d+)?)/gm)].map((m) => {
    const [a, b, result] = [m[1], m[3], m[4]].map((word) => parseNumbers(word)[0]);
    return { a, b, sign: m[2], result };
  });
  const found = steps.length > 0 ? expression(steps) : '';
  if (tools.length > 0 && !toolAnswered) {
    return { text: 'Let me check that before I answer.', call: { name: tools[0].name, arguments: { expression: found } } };
  }
  const checked = turns.filter((turn) => turn.role === 'tool').at(-1)?.text ?? '24';
  return { text: `${found} = ${checked}\nAnswer: ${found} = 24`, call: null };
}

/** Arguments that fit a tool's JSON schema, taken from the question where that makes sense. */
function fill(schema, asked) {
  const named = asked.match(/\b[A-Z][a-z]+\b/g)?.at(-1) ?? 'Bern';
  const value = (s, depth) => {
    if (s?.enum) return s.enum[0];
    const kind = Array.isArray(s?.type) ? s.type[0] : s?.type;
    if (kind === 'integer' || kind === 'number') return Number(/\d+/.exec(asked)?.[0] ?? 7);
    if (kind === 'boolean') return true;
    if (kind === 'array') return depth > 4 ? [] : [value(s.items, depth + 1)];
    if (kind === 'object') {
      const members = depth > 4 ? [] : Object.entries(s.properties ?? {});
      return Object.fromEntries(members.map(([name, member]) => [name, value(member, depth + 1)]));
    }
    return named;
  };
  return value({ ...schema, type: 'object' }, 0);
}

function chat(asked, { seed, index, turns }) {
  const tool = turns.filter((turn) => turn.role === 'tool').at(-1);
  if (tool) return `The tool says: ${tool.text}`;
  const openings = ['Good question.', 'Let me think.', 'Here is what I make of it.', 'In short:'];
  const opening = openings[Math.floor(chance(seed, index, asked) * openings.length)];
  return `${opening} You wrote “${asked.slice(0, 200)}”, which is ${asked.length} characters – naïve but true. 🌳`;
}

/** Pieces as a model would stream them: a word with the blank before it, and line feeds by themselves. */
export const pieces = (text) => text.match(/\n|[^\S\n]?[^\s]+|[^\S\n]+/g) ?? [];
export const countTokens = (text) => pieces(text).length;
