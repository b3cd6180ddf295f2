/** The README's recipes are code: they type-check, they run, and their prices are the same in each place. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { challengesFrom } from '../src/protocol/challenge.ts';
import { chargeRequestFrom } from '../src/protocol/charge-request.ts';
import { moneyFrom } from '../src/protocol/money.ts';
import { payeeFrom } from '../src/protocol/wallet-address.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const recipes = new Map(
  [...readme.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, name = '', code = '']) => [
    name,
    code,
  ]),
);
const recipe = (name: string): string => recipes.get(name) ?? expect.fail(`README has no ${name}`);

// Inside the project, so that the recipes find packages as a user's files do; git ignores this folder.
const parent = join(root, 'test-results');
let folder = '';
beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'readme-'));
  for (const [name, code] of recipes) writeFileSync(join(folder, name), code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the two commands stand alone on their lines', () => {
  expect(readme).toMatch(/^npm ci && npm start$/m);
  expect(readme).toMatch(/^npm ci && npm test$/m);
});

test('the recipes type-check under the strictest settings', () => {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  );
  const files = [...recipes.keys()].filter((name) => name.endsWith('.ts'));
  expect(files).toHaveLength(2);
  const program = ts.createProgram(
    files.map((name) => join(folder, name)),
    config.options,
  );
  const faults = files.flatMap((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(join(folder, name))),
  );
  expect(
    faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  ).toEqual([]);
});

const server = v.object({
  default: v.object({
    request: v.custom<(path: string) => Promise<Response>>((f) => typeof f === 'function'),
  }),
});

test('the article’s paywall asks for what its page says', async () => {
  vi.stubEnv('PAYWALL_SECRET', 'a secret for this test, 32 characters');
  const { default: app } = v.parse(
    server,
    await import(/* @vite-ignore */ pathToFileURL(join(folder, 'article-paywall.ts')).href),
  );
  const answer = await app.request('http://localhost/articles/1');
  expect(answer.status).toBe(402);
  const [challenge] = challengesFrom(answer.headers.get('www-authenticate') ?? '');
  const { amount, currency } = chargeRequestFrom(challenge?.request, 'invalid-challenge');
  const [, decimal = '', code = ''] =
    /amount="(.*?)" currency="(.*?)"/.exec(recipe('article.html')) ?? [];
  expect(moneyFrom(decimal, code)).toEqual({ amount, currency });
  vi.unstubAllEnvs();
});

test('the tip’s link asks for what its button says', () => {
  const html = recipe('tip.html');
  const [, to = '', amount, currency, reason] =
    /to="(.*?)" amount="(.*?)" currency="(.*?)" reason="(.*?)"/.exec(html) ?? [];
  const link = new URL(/href="(.*?)"/.exec(html)?.[1] ?? '');
  expect(link.origin + link.pathname).toBe(payeeFrom(to).url);
  expect(Object.fromEntries(link.searchParams)).toEqual({ amount, currency, reason });
});
