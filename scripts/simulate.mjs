// `npm run simulate -- --seeds N --from S [--processes P] [--trace]`: N stories of payer, payee and wallet, with all that can go
// wrong. A thousand or more must also have died at every point there is. `--defects [--first N]`: each kept defect is planted,
// and must be found at its seed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { points } from '../test/simulation/points.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What test/simulation/simulate.ts ends with when a promise was broken */
const broken = 3;
/** So many seeds must have died everywhere. */
const many = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    defects: { type: 'boolean', default: false },
    first: { type: 'string', default: '1000' },
  },
});

/** @returns its exit code, what it wrote, and how often it died where */
function tell(args, { defect, quiet = false } = {}) {
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=32',
      '--disable-warning=ExperimentalWarning',
      '--import',
      './test/simulation/hooks.mjs',
      'test/simulation/simulate.ts',
      ...args,
    ],
    {
      cwd: root,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit', 'ipc'],
      env: { ...process.env, ...(defect && { DEFECT: JSON.stringify(defect) }) },
    },
  );
  let [written, crashes] = ['', {}];
  child.on('message', (message) => (crashes = message));
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (written += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, written, crashes })));
}

async function stories() {
  const [seeds, from, processes] = [values.seeds, values.from, values.processes].map(Number);
  const share = Math.ceil(seeds / processes);
  const told = await Promise.all(
    Array.from({ length: processes }, (_, i) => {
      const count = Math.min(share, seeds - i * share);
      const args = ['--seeds', String(count), '--from', String(from + i * share)];
      return tell(values.trace ? [...args, '--trace'] : args);
    }),
  );
  if (told.some(({ code }) => code !== 0)) return false;
  const times = (point) => told.reduce((sum, { crashes }) => sum + (crashes[point] ?? 0), 0);
  for (const point of points) console.log(`${String(times(point)).padStart(6)}  ${point}`);
  const never = [...points].filter((point) => times(point) === 0);
  if (seeds < many || never.length === 0) return true;
  console.log(`Nothing ever died at: ${never.join(', ')}`);
  return false;
}

/** Each with the defect, then all of their seeds without one. */
async function plantedDefects(count) {
  const { defects } = await import('../test/simulation/defects.ts');
  const wanted = defects.slice(0, count);
  let good = true;
  for (const { name, seed, ...defect } of wanted) {
    const { code, written } = await tell(['--seeds', '1', '--from', String(seed)], {
      defect,
      quiet: true,
    });
    const found = code === broken;
    good &&= found;
    const [said] = written.split('\n').filter((line) => found === line.startsWith('seed '));
    console.log(`${found ? 'found' : 'MISSED'}  ${name}: ${said ?? ''}`);
  }
  const from = [...new Set(wanted.map(({ seed }) => seed))].join(',');
  const { code } = await tell(['--seeds', '1', '--from', from]);
  return good && code === 0;
}

const good = values.defects ? await plantedDefects(Number(values.first)) : await stories();
process.exit(good ? 0 : 1);
