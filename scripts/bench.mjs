// `npm run bench`: what exists today as ratios, and by name what can't be measured yet. Figures, not a test: nothing fails on them.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rounds } from '../bench/measure.mjs';

const notBuilt = [
  ['P3', '÷ mppx, x402, jose on the session route', 'those peers'],
  ['P5', '1,000 taps as one transfer', 'sessions and settlement'],
  ['P6', 'round trips after the tap, session open', 'sessions'],
  ['P7', 'group commit ÷ pgbench', 'PostgreSQL'],
  ['P9', 'hono ÷ bare node:http', 'a load generator'],
  ['P10', 'a metering tick ÷ its transport', 'metering'],
  [
    'P12–P14',
    'time to a usable button, blocking time, 100 buttons',
    'a page bench; sizes (P11): npm run size',
  ],
  ['P15', 'fsyncs counted, power-cut images', 'the trace replay'],
];

if (!existsSync(fileURLToPath(new URL('../dist/protocol.js', import.meta.url)))) {
  console.error('Please build first: npm run build');
  process.exit(1);
}

console.log(
  `Ratios of CPU time, all threads, median of ${rounds} interleaved rounds; 1.00 is as fast.\n`,
);
for (const part of ['merchant', 'sessions', 'ledger']) {
  const { lines } = await import(`../bench/${part}.mjs`);
  for (const [name, ratio, micros] of lines)
    console.log(`${ratio.toFixed(2).padStart(7)}  ${micros.toFixed(0).padStart(7)} µs  ${name}`);
}
console.log('');
for (const [id, what, missing] of notBuilt) console.log(`not built: ${id} ${what} (${missing})`);
