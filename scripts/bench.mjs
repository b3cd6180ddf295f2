// `npm run bench`: ratios of CPU time to the fastest known way, each with the goal it stands for. Figures, not a test: it fails only
// where one is more than a fifth under its floor twice in a row. `npm run bench -- taps` measures one part.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { farUnderTwice, goals, verdictOf } from '../bench/goals.ts';
import { rounds } from '../bench/measure.mjs';

const parts = ['taps', 'books', 'serving', 'metering', 'merchant', 'ledger'];
const elsewhere = [
  'P6 round trips after a tap: counted in `npx playwright test sessions weight`',
  'P11 sizes: `npm run size`',
  'P3 ÷ mppx, x402, jose; P7 ÷ pgbench; P12–P14 a page bench; P15 fsyncs and power cuts: not built',
];

if (!existsSync(fileURLToPath(new URL('../dist/protocol.js', import.meta.url)))) {
  console.error('Please build first: npm run build');
  process.exit(1);
}

const number = (value, digits) => (value === undefined ? '' : value.toFixed(digits));

function line(figure) {
  const { goal, what, ratio, micros, count, most } = figure;
  const { floor, aim } = goal ? goals[goal] : {};
  const cells = [
    [goal ?? '', 4],
    [count === undefined ? number(ratio, 2) : String(count), 7],
    [most === undefined ? number(floor, 2) : `≤ ${most}`, 6],
    [number(aim, 2), 6],
    [number(micros, micros < 10 ? 1 : 0), 7],
    [{ under: 'under', 'far under': 'FAR' }[verdictOf(figure)] ?? '', 6],
  ];
  const [first, ...rest] = cells;
  return `${first[0].padEnd(first[1])}${rest.map(([cell, width]) => cell.padStart(width)).join('')}  ${what}`;
}

const chosen = process.argv.slice(2);
const failures = [];
console.log(
  `CPU time of all threads, median of ${rounds} interleaved rounds. Ratio 1.00 is as fast.\n`,
);
console.log('goal  ratio floor   aim     µs');
for (const part of parts.filter((name) => chosen.length === 0 || chosen.includes(name))) {
  const { measure } = await import(`../bench/${part}.mjs`);
  const figures = await measure();
  for (const figure of figures) console.log(line(figure));
  if (!figures.some((figure) => verdictOf(figure) === 'far under')) continue;
  console.log('… once more, for what is far under its floor:');
  const again = await measure();
  for (const figure of again) if (verdictOf(figure)) console.log(line(figure));
  failures.push(...farUnderTwice(figures, again));
}
console.log('\nto what:');
for (const [goal, { to }] of Object.entries(goals)) console.log(`  ${goal.padEnd(4)} ${to}`);
console.log('elsewhere:');
for (const text of elsewhere) console.log(`  ${text}`);
if (failures.length > 0) {
  console.error(`\nmore than a fifth under its floor twice:\n  ${failures.join('\n  ')}`);
  process.exitCode = 1;
}
