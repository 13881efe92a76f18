// Sums the results files of all test projects: the reason of every skip, the name of every failure, and the last line.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const folder = process.argv[2];
const text = (s) => s.replace(/&#x([0-9A-F]+);/gi, (_, h) => String.fromCodePoint(parseInt(h, 16))).replace(/&lt;/g, '<').replace(/&gt;/g, '>')
  .replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&').trim();
const sum = { Passed: 0, Failed: 0, Skipped: 0 };
const seen = new Set();

for (const file of readdirSync(folder).filter((f) => f.endsWith('.trx')).sort()) {
  seen.add(file.slice(0, -4));
  const xml = readFileSync(`${folder}/${file}`, 'utf8');
  for (const [, attributes, , body = ''] of xml.matchAll(/<UnitTestResult ([^>]*?)(\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const name = text(/testName="([^"]*)"/.exec(attributes)?.[1] ?? '?');
    const outcome = /outcome="([^"]*)"/.exec(attributes)?.[1] ?? 'Failed';
    const message = text(/<(?:Message|StdOut)>([\s\S]*?)<\/(?:Message|StdOut)>/.exec(body)?.[1] ?? '');
    const verdict = outcome === 'Passed' ? 'Passed' : outcome === 'NotExecuted' ? 'Skipped' : 'Failed';
    sum[verdict]++;
    if (verdict === 'Skipped') console.log(`skipped: ${name}: ${message}`);
    if (verdict === 'Failed') console.log(`FAILED: ${name}: ${message.split('\n')[0]}`);
  }
}

const crashed = existsSync(`${folder}/failed`) ? readFileSync(`${folder}/failed`, 'utf8').split('\n').filter(Boolean) : [];
for (const project of crashed.filter((p) => !seen.has(p) || sum.Failed === 0)) {
  console.log(`FAILED: ${project}: its run ended before its results`);
  sum.Failed++;
}
console.log(`${sum.Passed} passed, ${sum.Failed} failed, ${sum.Skipped} skipped`);
process.exitCode = sum.Failed > 0 || sum.Passed === 0 ? 1 : 0;
