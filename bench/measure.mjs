// Ratios that survive a busy machine: CPU time of all threads, contenders in turn and in small slices, the median of the rounds.
export const rounds = 11;
// Until the code is as fast as it gets.
const warmUps = 24;
const slices = 4;

const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/**
 * @param contenders name → `prepare`, which makes the inputs of a slice and isn't timed, and `work`, which does one
 * @param slice works of each contender before it is the next one's turn
 * @returns name → CPU microseconds of one work, by round
 */
export async function race(contenders, { slice = 100 } = {}) {
  const micros = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    const spent = Object.fromEntries(Object.keys(contenders).map((name) => [name, 0]));
    for (let i = 0; i < slices; i++)
      for (const [name, contender] of Object.entries(contenders))
        spent[name] += await sliceOf(contender, slice);
    if (round >= 0) for (const name in spent) micros[name].push(spent[name] / (slices * slice));
  }
  return micros;
}

async function sliceOf({ prepare, work }, count) {
  const inputs = [];
  for (let i = 0; i < count; i++) inputs.push(await prepare?.());
  const before = cpuMicros();
  for (const input of inputs) await work(input);
  return cpuMicros() - before;
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** How fast one is by another: 1 is as fast, 0.5 takes twice the CPU. */
export const ratio = (micros, name, by) =>
  median(micros[name].map((own, round) => micros[by][round] / own));

export const typical = (micros, name) => median(micros[name]);

/** A reference is one only if it comes to the same: else it would be fast by doing less. */
export function assertSame(what, ours, reference) {
  const [a, b] = [ours, reference].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`bench: ${what} is ${a} by ours and ${b} by the reference.`);
}
