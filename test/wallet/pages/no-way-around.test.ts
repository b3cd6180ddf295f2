import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testWallet, type TestWallet } from '../support.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
beforeAll(async () => {
  wallet = await testWallet();
});
afterAll(() => wallet.close());

const sources = new URL('../../../wallet/src/', import.meta.url);
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, sources), 'utf8') }));

/** What someone without a passkey could think of sending. */
const bodies: object[] = [
  {},
  { person: 'per_12345678', id: 'chl_12345678', device: null },
  { id: 'chl_12345678', response: { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} } },
  { dev: true, test: true, login: 'per_12345678', token: '' },
];

test('no route signs a person in without a passkey or a code', async () => {
  const stranger = await Browser.open(wallet);
  const paths = new Set(
    wallet.app.routes.map(({ path }) =>
      path.replace(/:address\{[^/]*\}/, '~news').replace(/:\w+/g, 'pay_12345678'),
    ),
  );
  expect(paths.size).toBeGreaterThan(15);
  for (const path of paths) {
    if (path.includes('*')) continue;
    const address = path === '/connect/start' ? `${path}?n=short` : path;
    for (const answer of [
      await stranger.get(address),
      ...(await Promise.all(bodies.map((body) => stranger.post(address, body)))),
    ])
      expect(answer.headers.get('set-cookie') ?? '', path).not.toMatch(/micropay[^=]*=[^;]/);
  }
  for (const table of ['logins', 'persons', 'passkeys'])
    expect(await wallet.context.store.read((tx) => tx.all(`select * from ${table}`))).toEqual([]);
});

test('a login is written after a passkey or a code was checked, and nowhere else', () => {
  const writing = files.filter(({ text }) => /insert into logins/.test(text));
  expect(writing.map(({ name }) => name)).toEqual(['logins.ts']);
  const calling = files.filter(
    ({ name, text }) => name !== 'logins.ts' && /\b(start|renew)Login\(/.test(text),
  );
  expect(calling.map(({ name }) => name)).toEqual(['sign-in.ts']);
  const uses = calling[0]?.text.match(/export async function \w+[\s\S]*?\n}\n/g) ?? [];
  for (const use of uses.filter((text) => /\b(start|renew)Login\(/.test(text)))
    expect(use).toMatch(/await check(Assertion|Registration|Code)\([\s\S]*(start|renew)Login\(/);
});

test('no variable of the environment changes what the wallet does', () => {
  for (const { name, text } of files)
    expect(text, name).not.toMatch(/process\.env|import\.meta\.env/);
});
