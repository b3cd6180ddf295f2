// `npm run mutants [word…]`: removes, one at a time, each line that a test names with "Red without:", and expects that test
// to fail: a control whose removal no test notices is no control. Words narrow it to tests, titles or files that contain
// one of them. It works on a copy, so the files one works on are never touched.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'micro-pay-mutants-'));
const root = join(scratch, 'project');
const report = join(scratch, 'report.json');

const comment = /^\s*\/\/ /;
/** `// Red without: <file>: <line>`, or `<line> → <what stands there instead>` */
const redWithout = /^\s*\/\/ Red without: (\S+?): (.+?)(?: → (.+))?$/;
const declaration = /^\s*(?:for \(|(?:\w+\.)?(?:test|describe)\b)/;
const title = /(['"`])(T\d+ (?:(?!\1).)*)\1/;

/** The comment stands above a test, a `describe`, a `test.each`, or a loop around them; or inside the test. */
function mutantsIn(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    const [, file, named, instead = ''] = redWithout.exec(line) ?? [];
    if (!file) return [];
    const next = lines.findIndex((other, j) => j > i && !comment.test(other));
    const near = declaration.test(lines[next]) ? lines.slice(next) : lines.slice(0, i).reverse();
    const found = near.map((other) => title.exec(other)?.[2]).find(Boolean);
    if (!found) throw new Error(`${path}:${i + 1}: “Red without” names no test`);
    return [{ file, line: named.trim(), instead, test: relative(root, path), title: found }];
  });
}

function without({ file, line, instead }) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const at = lines.flatMap((candidate, i) => (candidate.trim() === line ? [i] : []));
  if (at.length !== 1) throw new Error(`${file} has the line “${line}” ${at.length} times`);
  return lines.with(at[0], instead).join('\n');
}

/** Up to the first value that is filled in when the test runs. */
const patternOf = (text) =>
  text.replace(/(?:\$\{|%[a-z]).*$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function commandOf({ test, title: name }) {
  const pattern = patternOf(name);
  if (test.endsWith('.spec.ts'))
    return ['playwright', 'test', test, '-g', pattern, '--reporter=json'];
  const project = /^test\/(widget|browser)\//.test(test) ? 'browser' : 'node';
  const told = ['--reporter=json', `--outputFile=${report}`];
  return ['vitest', 'run', '--project', project, test, '-t', pattern, ...told];
}

/** @returns 'red' when a test of that name failed by its own assertions, else why not */
function verdict(mutant) {
  rmSync(report, { force: true });
  const flow = mutant.test.endsWith('.spec.ts');
  if (flow) execFileSync('node', ['scripts/build.mjs'], { cwd: root, stdio: 'ignore' });
  spawnSync('npx', ['--no-install', ...commandOf(mutant)], {
    cwd: root,
    stdio: 'ignore',
    timeout: 300_000,
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  if (!existsSync(report)) return 'no report came within five minutes';
  const result = JSON.parse(readFileSync(report, 'utf8'));
  if (flow) return result.stats.unexpected > 0 ? 'red' : `green (${result.stats.expected} passed)`;
  const asserted = result.testResults.flatMap((file) => file.assertionResults);
  if (asserted.length === 0) return 'the file no longer loads';
  if (asserted.some(({ status }) => status === 'failed')) return 'red';
  return asserted.some(({ status }) => status === 'passed') ? 'green' : 'no test has that name';
}

const greenBefore = new Map();

/** A test that fails anyway proves nothing: each file is run once as it is. */
function isGreen({ test }) {
  if (!greenBefore.has(test)) greenBefore.set(test, verdict({ test, title: 'T' }));
  return greenBefore.get(test).startsWith('green');
}

/** Tries one, and puts the line back. */
function tried(mutant) {
  if (!isGreen(mutant)) return 'it is not green with the line either';
  const path = join(root, mutant.file);
  const whole = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, without(mutant));
    return verdict(mutant);
  } catch (error) {
    return error.message.split('\n')[0];
  } finally {
    writeFileSync(path, whole);
  }
}

const left = ['.git', 'node_modules', 'test-results', 'contact-sheet'];
mkdirSync(root);
cpSync(here, root, { recursive: true, filter: (path) => !left.includes(basename(path)) });
symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));
// Public vectors lie beside the project.
const beside = join(here, '../shared');
if (existsSync(beside)) symlinkSync(beside, join(scratch, 'shared'));

const wanted = process.argv.slice(2);
const mutants = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
  .filter(({ name }) => /\.(test|spec)\.ts$/.test(name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .flatMap(mutantsIn)
  .filter(
    (mutant) =>
      wanted.length === 0 ||
      wanted.some((word) => [mutant.title, mutant.test, mutant.file].join(' ').includes(word)),
  );

let alive = 0;
for (const mutant of mutants) {
  const said = tried(mutant);
  if (said !== 'red') alive += 1;
  const change = mutant.instead ? `${mutant.line} → ${mutant.instead}` : mutant.line;
  console.log(`${said === 'red' ? 'red  ' : 'ALIVE'} ${mutant.title}`);
  console.log(`      without ${mutant.file}: ${change}${said === 'red' ? '' : `  ← ${said}`}`);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${mutants.length - alive} red, ${alive} alive`);
process.exit(alive > 0 ? 1 : 0);
