// The game of 24 in exact arithmetic: numbers are fractions [numerator, denominator], so 8 / 3 stays what it is.

const gcd = (a, b) => (b === 0 ? Math.abs(a) : gcd(b, a % b));

export function fraction(numerator, denominator = 1) {
  const divisor = gcd(numerator, denominator) * (denominator < 0 ? -1 : 1) || 1;
  return [numerator / divisor, denominator / divisor];
}

export const show = ([n, d]) => (d === 1 ? `${n}` : `${n}/${d}`);

/** Reads "4 5/2 10"; null where a word is not a number. */
export function parseNumbers(text) {
  const numbers = text.trim().split(/\s+/).map((word) => {
    const match = /^(-?\d{1,6})(?:\/(\d{1,6}))?$/.exec(word);
    return match && match[2] !== '0' ? fraction(Number(match[1]), Number(match[2] ?? 1)) : null;
  });
  return numbers.includes(null) || numbers.length > 6 ? null : numbers;
}

/** Every step that the rules allow: two numbers become one. Negative differences are left out, the mirrored step has them. */
export function legalSteps(numbers) {
  const steps = new Map();
  const key = (x) => x[0] / x[1];
  for (let i = 0; i < numbers.length; i++) {
    for (let j = 0; j < numbers.length; j++) {
      if (i === j) continue;
      const [a, b] = [numbers[i], numbers[j]];
      const rest = numbers.filter((_, k) => k !== i && k !== j);
      const add = (sign, result) => {
        const left = [...rest, result].sort((x, y) => key(x) - key(y));
        const text = `${show(a)} ${sign} ${show(b)} = ${show(result)}`;
        steps.set(text, { text, sign, a, b, result, left, id: left.map(show).join(' ') });
      };
      if (key(a) >= key(b)) {
        if (key(a) > key(b) || i < j) {
          add('+', fraction(a[0] * b[1] + b[0] * a[1], a[1] * b[1]));
          add('*', fraction(a[0] * b[0], a[1] * b[1]));
        }
        add('-', fraction(a[0] * b[1] - b[0] * a[1], a[1] * b[1]));
      }
      if (b[0] !== 0) add('/', fraction(a[0] * b[1], a[1] * b[0]));
    }
  }
  return [...steps.values()];
}

const known = new Map();

/** The steps to 24, or null where there are none. */
export function solve(numbers) {
  if (numbers.length === 1) return numbers[0][0] === 24 && numbers[0][1] === 1 ? [] : null;
  const id = numbers.map(show).sort().join(' ');
  if (!known.has(id)) {
    let found = null;
    for (const step of legalSteps(numbers)) {
      const rest = solve(step.left);
      if (rest) {
        found = [step, ...rest];
        break;
      }
    }
    known.set(id, found);
  }
  return known.get(id);
}

/** One expression for a list of steps, written as a person would: (10 - 4) * (5 - 1). */
export function expression(steps) {
  const pool = new Map();
  let last = '';
  const take = (number) => {
    const made = pool.get(show(number));
    return made?.length ? made.pop() : show(number);
  };
  for (const { a, b, sign, result } of steps) {
    const [left, right] = [take(a), take(b)];
    const made = `(${left} ${sign} ${right})`;
    pool.set(show(result), [...(pool.get(show(result)) ?? []), made]);
    last = made;
  }
  return last.slice(1, -1);
}
