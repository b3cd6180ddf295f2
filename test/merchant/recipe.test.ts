/** The recipe of docs/merchant.md for selling by session is code: it type-checks, and it runs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { opaqueFrom } from '../../src/protocol/challenge.ts';
import { challengesOf, payeeKey } from './sessions/support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [, code = ''] =
  /^```ts sessions\.ts\n(.*?)^```$/ms.exec(readFileSync(join(root, 'docs/merchant.md'), 'utf8')) ??
  [];

// Inside the project, so that the recipe finds packages as a user's file does; git ignores this folder.
const parent = join(root, 'test-results');
let file = '';
beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  file = join(mkdtempSync(join(parent, 'merchant-')), 'sessions.ts');
  writeFileSync(file, code);
});
afterAll(() => rmSync(join(file, '..'), { recursive: true, force: true }));

test('the recipe type-checks under the strictest settings', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([file], options);
  const faults = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
  expect(
    faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  ).toEqual([]);
});

const server = v.object({
  default: v.object({
    request: v.custom<(path: string) => Promise<Response>>((f) => typeof f === 'function'),
  }),
  stopSettling: v.custom<() => void>((f) => typeof f === 'function'),
});

test('its articles ask by session and by charge, and its first page carries the challenge', async () => {
  vi.stubEnv('PAYWALL_SECRET', 'a secret for this test, 32 characters');
  vi.stubEnv('PAYWALL_DB', ':memory:');
  vi.stubEnv('PAYEE_KEY', JSON.stringify(await payeeKey()));
  const { default: app, stopSettling } = v.parse(
    server,
    await import(/* @vite-ignore */ pathToFileURL(file).href),
  );
  stopSettling();
  const found = challengesOf(await app.request('http://localhost/articles/1'));
  expect(found.map(({ intent }) => intent)).toEqual(['session', 'charge']);
  const html = await (await app.request('http://localhost/')).text();
  const [, json = ''] = /data-micropay-challenge>(.*?)<\/script>/.exec(html) ?? [];
  const embedded = v.parse(
    v.looseObject({ opaque: v.string(), request: v.string() }),
    JSON.parse(json),
  );
  expect(opaqueFrom(embedded.opaque)).toEqual({ scope: 'GET /articles/*' });
  expect(embedded.request).toBe(found[0]?.request);
  vi.unstubAllEnvs();
});
