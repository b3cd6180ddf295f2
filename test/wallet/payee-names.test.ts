import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skeleton } from '../../wallet/src/lookalikes.ts';
import { displayVerdict, fillTwins, nameVerdict } from '../../wallet/src/payee-names.ts';
import { signUpPayee } from '../../wallet/src/payee-sign-up.ts';
import { addPayee } from '../../wallet/src/payees.ts';
import { newPerson, testWallet, type TestWallet } from './support.ts';

let wallet: TestWallet;
beforeAll(async () => {
  wallet = await testWallet();
  await addPayee(wallet.context, {
    name: 'clarion',
    display: 'The Clarion',
    open: false,
    origins: [],
  });
});
afterAll(() => wallet.close());

const verdictOn = (name: string) => wallet.context.store.read((tx) => nameVerdict(tx, name));
const displayOn = (display: string, name = 'maya') =>
  wallet.context.store.read((tx) => displayVerdict(tx, display, name));
const signUp = async (name: string, display = '') =>
  signUpPayee(wallet.context, { owner: await newPerson(wallet), name, display, open: true });

describe('impersonation at sign-up: a name', () => {
  test.each(['maya', 'maya-draws', 'm', '7', 'a'.repeat(32), 'newsy', 'jose-garcia'])(
    '%s can be had',
    async (name) => expect(await verdictOn(name)).toEqual({}),
  );

  test.each([
    ['', /1 to 32 letters/],
    ['Maya', /letters a–z/],
    ['maya draws', /letters a–z/],
    ['-maya', /letters a–z/],
    ['maya-', /letters a–z/],
    ['a'.repeat(33), /1 to 32/],
    ['maya\u202e', /letters a–z/],
    ['<script>', /letters a–z/],
    ['../keys', /letters a–z/],
    ['maya--draws', /Two hyphens/],
    ['xn--maya-0ra', /Two hyphens/],
  ])('%j is none: %s', async (name, why) => expect((await verdictOn(name)).why).toMatch(why));

  test('that is taken is told so, with one that is free', async () => {
    expect(await verdictOn('clarion')).toEqual({
      why: 'This name is taken.',
      suggestion: 'clarion-tips',
    });
    await signUp('clarion-tips');
    expect(await verdictOn('clarion')).toMatchObject({ suggestion: 'clarion-page' });
  });

  // Red without: wallet/src/payee-names.ts: if (known) return known.name === name ? 'taken' : 'twin';
  test.each(['c1arion', 'clarlon', 'ciarion', 'clar1on', 'clari0n', 'cla-rion', 'c-l-a-r-i-o-n'])(
    'T6 %s looks like one that somebody has',
    async (name) => expect((await verdictOn(name)).why).toMatch(/looks like one/),
  );

  test('T6 looks are compared by pairs of letters too', async () => {
    await signUp('modern-wave');
    for (const name of ['rnodern-wave', 'modem-vvave', 'm0dern-wave'])
      expect((await verdictOn(name)).why, name).toMatch(/looks like one/);
  });

  // Red without: wallet/src/payee-names.ts: if (reserved.has(twin)) return 'reserved';
  test.each(
    'admin support wallet payee help security about api connect well-known new adm1n supp0rt vva11et pay-pal'.split(
      ' ',
    ),
  )('T6 %s is kept for the wallet', async (name) =>
    expect((await verdictOn(name)).why).toMatch(/is kept/),
  );

  test.each(['micro-pay', 'rnicropay', 'micropay-support', 'my-m1cr0-pay-help'])(
    'T6 %s would be the wallet itself',
    async (name) => {
      const { why, suggestion } = await verdictOn(name);
      expect([why, suggestion]).toEqual([expect.stringMatching(/kept for the wallet/), undefined]);
    },
  );

  test('T6 what people know someone by is no name for another', async () => {
    expect((await verdictOn('the-clarion')).why).toMatch(/looks like one/);
    expect((await verdictOn('examp1e-news')).why).toMatch(/looks like one/);
  });

  test.each([
    ['Maya', 'maya'],
    ['Maya’s Drawings!', 'mayas-drawings'],
    ['José García', 'jose-garcia'],
    ['--', undefined],
    ['🎨', undefined],
    ['x'.repeat(5_000), 'x'.repeat(24)],
  ])('typed as %j is suggested as %s', async (typed, suggestion) =>
    expect((await verdictOn(typed)).suggestion).toBe(suggestion),
  );
});

describe('impersonation at sign-up: what people see beside the address', () => {
  test.each([
    'Maya',
    'Maya draws',
    'Søren Ærø',
    'Tシャツ',
    'Vol. 2',
    'Майя',
    'Ελένη',
    '美',
    'J. R. R. Tolkien',
    '<b>Maya</b>',
  ])('%s is a name', async (display) => expect(await displayOn(display)).toEqual({}));

  test.each([
    ['', /1 to 80/],
    ['x'.repeat(81), /1 to 80/],
    ['\u202emaya', /invisible/],
    ['ma\u200bya', /invisible/],
    ['🎨', /needs letters/],
    ['news.example', /like an address/],
    ['Maya of https://x', /like an address/],
    ['~news', /like an address/],
    ['@maya', /like an address/],
    ['ｎｅｗｓ．ｅｘａｍｐｌｅ', /like an address/],
    ['163.com', /like an address/],
    ['Mаya', /two alphabets/],
    ['Clariסn', /two alphabets/],
    ['Clari๐n', /two alphabets/],
    ['Clariօn', /two alphabets/],
    ['Ꮯlarion', /two alphabets/],
    ['Maya ✓', /only this wallet can say/],
    ['Maya (verified)', /only this wallet can say/],
    ['Maya Ver1f1ed', /only this wallet can say/],
    ['micro-pay help desk', /only this wallet can say/],
    ['Support', /is kept/],
    ['Adm1n', /is kept/],
  ])('T6 %j is refused: %s', async (display, why) =>
    expect((await displayOn(display)).why).toMatch(why),
  );

  // Red without: wallet/src/payee-names.ts: if (await trustedTwin(tx, twin, name))
  test.each([
    'Example News',
    'example news',
    'Exarnple News',
    'THE CLARI0N',
    'Tʜᴇ Cʟᴀʀɪᴏɴ',
    'The Clɑrion',
    'The Cǀarion',
    'Th℮ Clarion',
    'The Clarɩon',
    'The Claríọ̈n',
    '𝐓𝐡𝐞 𝐂𝐥𝐚𝐫𝐢𝐨𝐧',
  ])('T6 %j would be taken for someone who is known', async (display) =>
    expect((await displayOn(display)).why).toMatch(/someone who is known/),
  );

  test('T6 in another alphabet throughout it is the same to the eye', async () => {
    await addPayee(wallet.context, { name: 'space', display: 'Space', open: false, origins: [] });
    expect((await displayOn('ѕрасе')).why).toMatch(/someone who is known/);
  });

  test('two people may have one name: neither is known yet, and the address tells them apart', async () => {
    await signUp('anna', 'Anna');
    expect(await displayOn('Anna', 'anna-2')).toEqual({});
    await wallet.context.store.write((tx) =>
      tx.run(
        `insert into payee_origins values ('anna', 'https://anna.example', 'link', 1, null, null)`,
      ),
    );
    expect((await displayOn('Anna', 'anna-2')).why).toMatch(/someone who is known/);
    expect(await displayOn('Anna', 'anna')).toEqual({});
  });
});

test('payees of an earlier version are compared too, once the wallet was opened', async () => {
  await wallet.context.store.write((tx) =>
    tx.run(`insert into payees (name, display, open, created_at) values ('old-tom', 'Tom', 0, 0)`),
  );
  expect(await verdictOn('o1d-tom')).toEqual({});
  await wallet.restart();
  expect((await verdictOn('o1d-tom')).why).toMatch(/looks like one/);
  expect((await displayOn('T0M')).why).toMatch(/someone who is known/);
  await wallet.context.store.write(fillTwins);
});

test('what can be seen alike has one skeleton', () => {
  for (const [one, other] of [
    ['vvallet', 'wallet'],
    ['bаnk', 'bank'],
    ['Ｍaya', 'maya'],
    ['ﬁsh', 'fish'],
    ['M A Y A', 'maya'],
    ['Zoë', 'zoe'],
  ] as const)
    expect(skeleton(one)).toBe(skeleton(other));
  expect(skeleton('maya')).not.toBe(skeleton('maja'));
  // Too many honest words differ by nothing else: docs/decisions/023.
  expect(skeleton('clay')).not.toBe(skeleton('day'));
});
