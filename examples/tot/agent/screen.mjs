// The tree as it grows, one line a thought. Colours only on a terminal.
export class Screen {
  #out;
  #colour;

  constructor(out) {
    this.#out = out;
    this.#colour = out.isTTY && !process.env.NO_COLOR;
  }

  #paint(code, text) { return this.#colour ? `\x1b[${code}m${text}\x1b[0m` : text; }
  #line(text) { this.#out.write(`${text}\n`); }

  root(numbers) { this.#line(this.#paint('1', numbers)); }

  level(depth, parents, families, isKept) {
    for (const [index, family] of families.entries()) {
      const judged = family.filter((child) => child.votes);
      if (depth > 1) this.#line(`${'   '.repeat(depth - 1)}${this.#paint('1', parents[index].left)}   after ${parents[index].steps.at(-1)}`);
      for (const [place, child] of judged.entries()) {
        const edge = place === judged.length - 1 ? '└─' : '├─';
        const kept = isKept(child);
        const text = `${child.steps.at(-1).padEnd(14)} left ${child.left.padEnd(10)} ${child.votes.join(' ').padEnd(32)}`;
        this.#line(`${'   '.repeat(depth - 1)}${edge} ${this.#paint(kept ? '32' : '2', `${text} ${kept ? 'kept' : 'pruned'}`)}`);
      }
    }
  }

  tool(name, asked, value) { this.#line(this.#paint('36', `tool: ${name}(${asked}) → ${value}`)); }

  end(answer, calls) {
    this.#line(answer ? this.#paint('1;32', `answer: ${answer}`) : this.#paint('31', 'no answer found'));
    this.#line(`${calls} model calls`);
  }
}
