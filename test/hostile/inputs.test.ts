/** No hostile input is absent in silence: each has its rows at wallet and merchant, or the reason why not. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inputs, type Where } from './inputs.ts';
import { merchantRows, merchantWireRows } from './merchant-rows.ts';
import { sessionRows as merchantSessionRows } from './merchant-session-rows.ts';
import { refundRows } from './refund-rows.ts';
import { sessionRows } from './session-rows.ts';
import { walletRows } from './wallet-rows.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('the inputs are numbered 1 to 82, each once', () => {
  expect(inputs.map(([id]) => id)).toEqual(Array.from({ length: 82 }, (_, i) => i + 1));
});

const sides = [
  [
    'wallet',
    [...walletRows, ...sessionRows, ...refundRows].map(([id]) => id),
    inputs.map(([id, , where]) => [id, where] as const),
  ],
  [
    'merchant',
    [...merchantRows, ...merchantWireRows, ...merchantSessionRows].map(([id]) => id),
    inputs.map(([id, , , where]) => [id, where] as const),
  ],
] satisfies [string, string[], (readonly [number, Where])[]][];

describe.each(sides)('at the %s', (_side, ids, all) => {
  test('every row has an id of its own', () => {
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  test('exactly the inputs that say so have rows', () => {
    const said = all.flatMap(([id, where]) => (where === 'rows' ? [id] : []));
    const have = [...new Set(ids.map((id) => Number.parseInt(id, 10)))].sort((a, b) => a - b);
    expect(have).toEqual(said);
  });
});

const named = inputs.flatMap(([id, , ...where]) =>
  where.flatMap((said) => {
    const [, path = '', title = ''] = /^elsewhere: (\S+): ([^(]+)/.exec(said) ?? [];
    return said.startsWith('elsewhere') ? [[id, path, title.trim()] as const] : [];
  }),
);

test.each(named)('input %i is answered in %s: %s', (_id, path, title) => {
  const text = existsSync(root + path) ? readFileSync(root + path, 'utf8') : '';
  expect(text).toMatch(new RegExp(`['"\`]${title}`));
});
