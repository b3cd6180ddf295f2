/** The house as DESIGN drew it: arrows between parties, no circles, purity where money is decided. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  circles,
  impurities,
  starExports,
  tooLong,
  undeclared,
  wrongArrows,
} from './architecture/house.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(root + path, 'utf8');
const files = new Map(
  globSync(['src/**/*.ts', 'widget/**/*.ts', 'wallet/src/**/*.ts', 'examples/*/**/*.ts'], {
    cwd: root,
    exclude: (path) => /node_modules|dist$/.test(path),
  })
    .toSorted()
    .map((path) => [path, read(path)] as const),
);

const manifest = v.object({
  name: v.string(),
  dependencies: v.optional(v.record(v.string(), v.string()), {}),
  devDependencies: v.optional(v.record(v.string(), v.string()), {}),
});
/** What a package ships with; a workspace bundles the rest, so there it may also be a development dependency. */
const namesOf = (home: string): string[] => {
  const { name, dependencies, devDependencies } = v.parse(
    manifest,
    JSON.parse(read(`${home}package.json`)),
  );
  return [name, ...Object.keys(dependencies), ...(home ? Object.keys(devDependencies) : [])];
};

describe('this house', () => {
  test('imports follow the arrows', () => expect(wrongArrows(files)).toEqual([]));
  test('imports make no circle', () => expect(circles(files)).toEqual([]));
  test('clock, randomness and network come in by the ports only', () =>
    expect(impurities(files)).toEqual([]));
  test('nothing is exported by a star', () => expect(starExports(files)).toEqual([]));
  test('a file stays one noun', () => expect(tooLong(files)).toEqual([]));
  test('a party imports only packages that its own package.json names', () => {
    const named = globSync('examples/*/package.json', { cwd: root });
    const examples = named.map((file) => file.replace(/package\.json$/, ''));
    const homes = ['wallet/', ...examples, ''];
    const declared = new Map(homes.map((home) => [home, namesOf(home)]));
    expect(undeclared(files, declared)).toEqual([]);
  });
});

const one = (path: string, text: string) => new Map([[path, text]]);

describe('the checker names', () => {
  test.each<[string, string, string]>([
    ['src/protocol/money.ts', `import '../client/pay.ts';`, 'from protocol to client'],
    ['src/protocol/money.ts', `export { x } from '../merchant/verify.ts';`, 'protocol to merchant'],
    ['src/client/pay.ts', `import type { X } from '../merchant/x.ts';`, 'from client to merchant'],
    ['src/merchant/x.ts', `const m = await import('../client/pay.ts');`, 'from merchant to client'],
    ['src/client/pay.ts', `import '../../widget/panel.ts';`, 'from client to widget'],
    ['src/merchant/x.ts', `import '../../wallet/src/ledger.ts';`, 'from merchant to wallet'],
    ['widget/panel.ts', `import '../src/merchant/x.ts';`, 'from widget to merchant'],
    ['wallet/src/pay.ts', `import '../../src/protocol/money.ts';`, 'from wallet to protocol'],
    ['wallet/src/pay.ts', `import 'micro-pay/merchant';`, 'from wallet to micro-pay/merchant'],
    ['examples/a/server.ts', `import '../../src/index.ts';`, 'from examples to client'],
    ['src/client/pay.ts', `import 'micro-pay/protocol';`, 'from client to micro-pay/protocol'],
    ['src/merchant/x.ts', `import { readFile } from 'node:fs';`, 'without Node'],
    ['src/client/pay.ts', `import '../../test/support.ts';`, 'no party'],
  ])('the wrong import in %s: %s', (path, text, why) => {
    const [found = '', ...more] = wrongArrows(one(path, text));
    expect(found).toContain(`${path} imports `);
    expect(found).toContain(why);
    expect(more).toEqual([]);
  });

  test('no import that follows an arrow', () => {
    const sound = new Map([
      ['src/client/pay.ts', `import '../protocol/money.ts'; import './caps.ts';`],
      ['widget/micro-pay.ts', `import '../src/index.ts'; import 'lit';`],
      ['wallet/src/pay.ts', `import 'micro-pay/protocol'; import 'node:crypto';`],
      ['examples/a/server.ts', `import 'micro-pay/merchant'; import 'node:http';`],
    ]);
    expect(wrongArrows(sound)).toEqual([]);
  });

  test('a circle by its files, through lazy imports too, but not one of types', () => {
    const round = new Map([
      ['src/client/a.ts', `import type { D } from './d.ts';\nimport { b, type B } from './b.ts';`],
      ['src/client/b.ts', `import('./c.ts');`],
      ['src/client/c.ts', `export { a } from './a.ts';`],
      ['src/client/d.ts', `import './a.ts'; import './b.ts';`],
    ]);
    expect(circles(round)).toEqual([
      'src/client/a.ts → src/client/b.ts → src/client/c.ts → src/client/a.ts',
    ]);
  });

  test.each([
    ['src/protocol/a.ts', 'const at = Date.now();', 'Date.now'],
    ['src/protocol/a.ts', 'const at = new Date();', 'new Date()'],
    ['src/protocol/a.ts', 'setTimeout(() => {}, 1);', 'setTimeout'],
    ['src/protocol/a.ts', 'const kept = localStorage;', 'localStorage'],
    ['src/client/a.ts', 'const luck = Math.random();', 'Math.random'],
    ['src/merchant/a.ts', 'await fetch(url);', 'fetch'],
    ['src/merchant/a.ts', 'const f = globalThis.fetch;', 'globalThis.fetch'],
    ['wallet/src/ledger.ts', 'const id = crypto.randomUUID();', 'crypto.randomUUID'],
    ['widget/a.ts', 'crypto.getRandomValues(bytes);', 'crypto.getRandomValues'],
  ])('in %s the hidden input of %s', (path, text, name) => {
    expect(impurities(one(path, `\n${text}`))).toEqual([`${path}:2 ${name}`]);
  });

  test('nothing that was handed in, or is only a type', () => {
    const text = [
      'type F = typeof fetch;',
      'const at = new Date(0);',
      'export const a = ({ fetch }: { fetch: F }) => fetch("x");',
      'export async function b(ports: { fetch: F }) { const { fetch } = ports; await fetch("x"); }',
    ].join('\n');
    expect(impurities(one('src/client/a.ts', text))).toEqual([]);
    expect(impurities(one('src/client/ports.ts', 'Date.now();'))).toEqual([]);
  });

  test('a star, a long file, and a package nobody declared', () => {
    expect(starExports(one('src/index.ts', `export * from './x.ts';`))).toEqual(['src/index.ts']);
    expect(tooLong(one('src/a.ts', 'x\n'.repeat(221)))).toEqual(['src/a.ts: 221 lines']);
    expect(undeclared(one('src/a.ts', `import 'jose/x';`), new Map([['', ['valibot']]]))).toEqual([
      'src/a.ts imports jose, which its package.json does not name',
    ]);
  });
});
