// Ratios that survive a busy machine: CPU time of all threads, rounds of every contender in turn, the median of the rounds.
export const rounds = 9;

const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function timed(run) {
  const before = cpuMicros();
  const count = await run();
  return (cpuMicros() - before) / count;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * @param contenders name → a function that does its work some times and answers how many
 * @returns name → CPU microseconds of one work, by round
 */
export async function race(contenders) {
  const micros = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (const run of Object.values(contenders)) await run();
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(contenders)) micros[name].push(await timed(run));
  return micros;
}

/** How fast one is by another: 1 is as fast, 0.5 takes twice the CPU. */
export const ratio = (micros, name, by) =>
  median(micros[name].map((own, round) => micros[by][round] / own));

export const typical = (micros, name) => median(micros[name]);
