// What the agent tells the model, and how it reads what comes back.

// A careless thing that happens: a credential in a prompt. The recording must not have it. (Made up, and in two pieces, so
// that nobody's scanner takes this file for a leak.)
const scoreboardToken = ['ghp', 'tZ9mQ2xW7vKc4RfN8bJhYs3LdPa6Ge1uOiX5'].join('_');

export const system = `You are a careful player of the game of 24: join the given numbers by + - * / until 24 is left.
Each step joins two of the numbers into one. Results go to the scoreboard with the token ${scoreboardToken}.`;

export const propose = (numbers) => `Numbers: ${numbers}
Propose possible next steps, one a line, in the form: a + b = c (left: …)`;

export const evaluate = (numbers) => `Numbers: ${numbers}
Evaluate if these can reach 24. Explain in one line, then answer with one word: sure, likely or impossible`;

export const answer = (numbers, steps) => `Numbers: ${numbers}
Answer with one expression that uses each number once, made of these steps:
${steps.map((step) => `  ${step}`).join('\n')}`;

export const tools = [{
  type: 'function',
  function: {
    name: 'calculate',
    description: 'The exact value of an arithmetic expression of integers, + - * / and parentheses',
    parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'], additionalProperties: false },
  },
}];

export function parseSteps(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^(.+ = [-\d/]+) \(left: ([-\d/ ]+)\)$/.exec(line.trim());
    return match ? [{ step: match[1], left: match[2] }] : [];
  });
}

const worth = { sure: 20, likely: 1, impossible: 0.001 };
export const parseVote = (text) => /(sure|likely|impossible)\s*$/.exec(text ?? '')?.[1] ?? 'impossible';
export const score = (votes) => votes.reduce((sum, vote) => sum + worth[vote], 0);

/** The calculator, without eval: a few lines of recursive descent. */
export function calculate(expression) {
  const tokens = expression.match(/\d+|[-+*/()]/g) ?? [];
  const atom = () => {
    const token = tokens.shift();
    if (token !== '(') return Number(token);
    const value = sum();
    tokens.shift();
    return value;
  };
  const chain = (operand, operators) => {
    let value = operand();
    while (operators[tokens[0]]) value = operators[tokens.shift()](value, operand());
    return value;
  };
  const product = () => chain(atom, { '*': (a, b) => a * b, '/': (a, b) => a / b });
  const sum = () => chain(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const value = sum();
  return tokens.length === 0 && Number.isFinite(value) ? Math.round(value * 1e9) / 1e9 : null;
}
