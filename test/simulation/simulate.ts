/**
 * Tells the stories of seeds, and stops at the first that breaks a promise. Started by scripts/simulate.mjs, which sums up what
 * several processes came to.
 */
import { parseArgs } from 'node:util';
import { useSynchronousCrypto } from './crypto.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    /** Several, with commas: as many seeds from each */
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
useSynchronousCrypto();
const { tell } = await import('./story.ts');

/** One seed of so many is told twice, to see that it is the same. */
const toldTwice = 50;
/** What the process ends with when a seed breaks a promise; anything else is another failure. */
const broken = 3;

const seeds = values.from
  .split(',')
  .flatMap((from) => Array.from({ length: Number(values.seeds) }, (_, i) => Number(from) + i));
const crashes: Record<string, number> = {};
let [events, got, replayed] = [0, 0, 0];

async function traceOf(seed: number) {
  const lines: string[] = [];
  const told = await tell(seed, (machine) =>
    machine.listen((line) => {
      lines.push(line);
      if (values.trace) console.log(line);
    }),
  );
  // Whatever else was different would have drawn other numbers.
  return { told, trace: [...lines, told.machine.random.next()].join('\n') };
}

async function once(seed: number): Promise<void> {
  const { told, trace } = await traceOf(seed);
  if (seed % toldTwice === 0) {
    replayed++;
    if ((await traceOf(seed)).trace !== trace) throw new Error('Told again it is another story.');
  }
  events += told.machine.events;
  got += told.device.got.size;
  for (const [point, times] of told.machine.crashes) crashes[point] = (crashes[point] ?? 0) + times;
}

const begun = Date.now();
for (const seed of seeds)
  await once(seed).catch((error: unknown) => {
    console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Error && values.trace) console.log(error.stack);
    console.log(`again: npm run simulate -- --seeds 1 --from ${seed} --trace`);
    process.exit(broken);
  });
const seconds = (Date.now() - begun) / 1000;
const died = Object.values(crashes).reduce((sum, times) => sum + times, 0);
console.log(
  `${seeds.length} seeds from ${values.from}: ${events} events, ${got} things got and paid exactly, ${died} crashes, ` +
    `${replayed} told twice; ${(seeds.length / seconds).toFixed(0)} seeds a second`,
);
process.send?.(crashes);
