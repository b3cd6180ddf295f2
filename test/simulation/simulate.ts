/** `npm run simulate -- --seeds N --from S [--trace]`: N stories; the first one that breaks a promise is printed with its replay. */
import { parseArgs } from 'node:util';
import { useSynchronousCrypto } from './crypto.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    points: { type: 'boolean', default: false },
  },
});
useSynchronousCrypto();
const { tell } = await import('./story.ts');

const [count, from] = [Number(values.seeds), Number(values.from)];
const crashes = new Map<string, number>();
let [events, got] = [0, 0];
const begun = Date.now();
for (let seed = from; seed < from + count; seed++) {
  const failed = (error: unknown): never => {
    console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Error && values.trace) console.log(error.stack);
    console.log(`again: npm run simulate -- --seeds 1 --from ${seed} --trace`);
    process.exit(1);
  };
  const told = await tell(seed, (machine) => {
    if (values.trace) machine.listen((line) => console.log(line));
  }).catch(failed);
  events += told.machine.events;
  got += told.device.got.size;
  for (const [point, times] of told.machine.crashes)
    crashes.set(point, (crashes.get(point) ?? 0) + times);
}
const seconds = (Date.now() - begun) / 1000;
console.log(
  `${count} seeds, ${events} events, ${got} things got and paid exactly, ${sum(crashes)} crashes; ${(count / seconds).toFixed(0)} seeds a second`,
);
for (const [point, times] of [...crashes].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`  ${point}: ${times}`);

function sum(all: Map<string, number>): number {
  return [...all.values()].reduce((total, one) => total + one, 0);
}
