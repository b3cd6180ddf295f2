// Ratios that survive a busy machine: CPU time of all threads, contenders in turn and in small slices, the median of the rounds.
export const rounds = 11;

const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/**
 * @param contenders name → does so many works and answers what CPU time they took, in microseconds
 * @param options a round is so many `slices`, each of so many works of one contender before it is the next one's turn; the first
 *   `warmUps` rounds don't count: until the code is as fast as it gets
 * @returns name → CPU microseconds of one work, by round
 */
export async function race(contenders, { slices = 4, slice = 100, warmUps = 24 } = {}) {
  const micros = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    const spent = Object.fromEntries(Object.keys(contenders).map((name) => [name, 0]));
    for (let i = 0; i < slices; i++)
      for (const [name, spend] of Object.entries(contenders)) spent[name] += await spend(slice);
    if (round >= 0) for (const name in spent) micros[name].push(spent[name] / (slices * slice));
  }
  return micros;
}

/** Contenders of this process: `prepare` makes the input of a work and isn't timed, `work` does it. */
export const here = (contenders) =>
  Object.fromEntries(
    Object.entries(contenders).map(([name, { prepare, work }]) => [
      name,
      async (count) => {
        const inputs = [];
        for (let i = 0; i < count; i++) inputs.push(await prepare?.());
        const before = cpuMicros();
        for (const input of inputs) await work(input);
        return cpuMicros() - before;
      },
    ]),
  );

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** How fast one is by another: 1 is as fast, 0.5 takes twice the CPU. */
export const ratio = (micros, name, by) =>
  median(micros[name].map((own, round) => micros[by][round] / own));

export const typical = (micros, name) => median(micros[name]);

/** A reference is one only if it comes to the same: else it would be fast by doing less. */
export function assertSame(what, ours, reference) {
  const [a, b] = [ours, reference].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`bench: ${what} is ${a} by ours and ${b} by the reference.`);
}
