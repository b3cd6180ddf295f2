/** `micro-pay lock`, against a wallet in this process and files in memory. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { lockedFrom, openText } from '../../src/lock/index.ts';
import { newPayeeKey } from '../../src/merchant/index.ts';
import { addPayee } from '../../wallet/src/payees.ts';
import { article, blockIn, body, mark } from '../lock/support.ts';
import { buy, look } from '../wallet/item-support.ts';
import {
  connected,
  contents,
  newPerson,
  news,
  site,
  testWallet,
  type TestWallet,
} from '../wallet/support.ts';

let wallet: TestWallet;
let files: Map<string, string>;
let said: string[];
let complaints: string[];
/** What reached the wallet */
let sent: string[];
let away: number;
beforeEach(async () => {
  wallet = await testWallet();
  const key = await newPayeeKey();
  const origins = [{ origin: site, verifiedBy: 'well-known' as const }];
  await addPayee(wallet.context, { name: 'news', open: false, origins, key: key.x });
  files = new Map([
    ['article.html', article(body)],
    ['key.json', JSON.stringify(key)],
  ]);
  [said, complaints, sent, away] = [[], [], [], 0];
});
afterEach(() => wallet.close());

const command = (...args: string[]): Promise<number> =>
  run(args, {
    read: async (path) => files.get(path) ?? Promise.reject(new Error('ENOENT')),
    write: async (path, text) => void files.set(path, text),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push(await request.clone().text());
      const answer = await wallet.door(request, '192.0.2.9');
      // The wallet did it, and its answer got lost.
      if (request.method === 'POST' && away-- > 0) throw new TypeError('fetch failed');
      return answer;
    },
    random: wallet.random,
    say: (line) => said.push(line),
    complain: (line) => complaints.push(line),
  });

const usual = ['--payee', news, '--key', 'key.json'];
const lock = (...more: string[]) =>
  command('lock', 'article.html', ...usual, '--price', '0.02', ...more);
const idIn = (html: string): string => /<micro-pay item="([\w-]+)"/.exec(html)?.[1] ?? '';
const textIn = async (path: string, key: string | undefined): Promise<string> => {
  const html = files.get(path) ?? '';
  const locked = lockedFrom(blockIn(html), { item: idIn(html), payee: news });
  if (!locked) throw new Error('There is no locked text.');
  return JSON.stringify(await openText(locked, key ?? ''));
};
const bought = async (id: string, amount = '2') => {
  const reader = await connected(wallet, await newPerson(wallet));
  return buy(wallet, reader, { id, amount, currency: 'usd', title: 'x' });
};

describe('a file that is locked', () => {
  test('is sold at the wallet, opens by the key one gets for paying, and is left as it was', async () => {
    const before = files.get('article.html');
    expect([await lock('--url', `${site}/rivers`), complaints]).toEqual([0, []]);
    const html = files.get('article.locked.html') ?? '';
    const { item } = await look(wallet, idIn(html));
    expect(item).toMatchObject({
      payee: news,
      title: 'How rivers remember',
      amount: '2',
      currency: 'usd',
      url: `${site}/rivers`,
    });
    const { json } = await bought(item.id);
    expect(await textIn('article.locked.html', json.key)).toContain('gravel');
    expect(html).toContain(' test>');
    expect(files.get('article.html')).toBe(before);
    expect(said.join('\n')).toContain(`sold as ${item.id}`);
    expect(sent.join('\n')).not.toMatch(/gravel|diary/);
  });

  test('is registered once, though the wallet’s answer got lost', async () => {
    away = 2;
    expect(await lock()).toBe(0);
    expect((await contents(wallet))['items']).toHaveLength(1);
  });

  test('is neither registered nor written when the wallet is away for good', async () => {
    away = 99;
    expect(await lock()).toBe(1);
    expect(complaints).toEqual(['The wallet does not answer.']);
    expect(files.has('article.locked.html')).toBe(false);
  });
});

describe('a text that changed', () => {
  test('is locked anew for the same item, price and key: who bought it reads it', async () => {
    await lock();
    const id = idIn(files.get('article.locked.html') ?? '');
    const { json } = await bought(id);
    files.set('article.html', article('<p>They write in sand now, at last.</p>'));
    const again = ['relock', 'article.html', ...usual, '--item', id];
    expect([await command(...again), complaints]).toEqual([0, []]);
    const html = files.get('article.locked.html') ?? '';
    expect(html).toContain(`item="${id}" to="${news}" amount="0.02" currency="USD"`);
    expect(await textIn('article.locked.html', json.key)).toContain('sand');
  });

  test('has another key where that is wanted, and the wallet gives it to who bought it', async () => {
    await lock();
    const id = idIn(files.get('article.locked.html') ?? '');
    const reader = await connected(wallet, await newPerson(wallet));
    const item = { id, amount: '2', currency: 'usd', title: 'x' };
    const old = (await buy(wallet, reader, item)).json.key;
    expect(await command('relock', 'article.html', ...usual, '--item', id, '--new-key')).toBe(0);
    expect(said.at(-1)).toMatch(
      /^locked with a new key\. Upload article\.locked\.html now: until then/,
    );
    const { json } = await buy(wallet, reader, item);
    expect(json.code).toBe('already-owned');
    expect(json.key).not.toBe(old);
    await expect(textIn('article.locked.html', old)).rejects.toThrow();
    expect(await textIn('article.locked.html', json.key)).toContain('gravel');
  });

  test('of another payee’s item is not locked', async () => {
    const again = ['relock', 'article.html', ...usual, '--item', 'itm_AAAAAAAAAAAAAAAAAAAAAA'];
    expect(await command(...again)).toBe(1);
    expect(complaints).toEqual(['This wallet does not know the item.']);
  });
});

describe('a file with scripts in its paid part', () => {
  test('is refused with each line, and nothing is asked of the wallet', async () => {
    files.set('article.html', article(`${body}\n<script>x</script>\n<p onclick="y">z</p>`));
    expect(await lock()).toBe(1);
    expect(complaints).toEqual([
      'line 14: <script>',
      'line 15: onclick on <p>',
      'this can’t be in a locked text; take it out, or give --leave-out',
    ]);
    expect(sent).toEqual([]);
  });

  test('is locked without them where that is wanted, and they are named', async () => {
    files.set('article.html', article(`${body}\n<script>x</script>`));
    expect(await lock('--leave-out')).toBe(0);
    expect(said).toContain('left out: <script> (line 14)');
  });
});

test.each<[string, string[], RegExp]>([
  ['no file', ['lock'], /takes one file/],
  ['two files', ['lock', 'a', 'b'], /takes one file/],
  ['no payee', ['lock', 'article.html'], /please give --payee/],
  ['no key', ['lock', 'article.html', '--payee', news], /please give --key/],
  ['no price', ['lock', 'article.html', ...usual], /please give --price/],
  [
    'a price in cents',
    ['lock', 'article.html', ...usual, '--price', '2ct'],
    /“2ct” is no price: write it like --price 0.02/,
  ],
  [
    'a price of nothing',
    ['lock', 'article.html', ...usual, '--price', '0'],
    /“0” is no price: write it like --price 0.02/,
  ],
  [
    'a payee that is none',
    ['lock', 'article.html', '--key', 'key.json', '--payee', 'maya'],
    /payee looks like/,
  ],
  ['no such file', ['lock', 'other.html', ...usual, '--price', '1'], /other.html can’t be read/],
  ['no such key', ['lock', 'article.html', '--payee', news, '--key', 'x'], /x can’t be read/],
  [
    'no key in the key’s file',
    ['lock', 'article.html', '--payee', news, '--key', 'article.html'],
    /no private Ed25519 key/,
  ],
  [
    'the file itself as --out',
    ['lock', 'article.html', ...usual, '--out', 'article.html'],
    /take the place/,
  ],
  [
    'blocks that are no number',
    ['lock', 'article.html', ...usual, '--free', '-1'],
    /number of blocks|argument/,
  ],
  ['an unknown command', ['unlock', 'article.html'], /no such command/],
  ['an unknown option', ['lock', 'article.html', '--free-beer'], /Unknown option/],
  [
    'a site that isn’t the payee’s',
    ['lock', 'article.html', ...usual, '--price', '0.02', '--url', 'https://evil.example/'],
    /not on the list of sites/,
  ],
])('%s is said in one sentence, and nothing is written', async (_what, args, words) => {
  expect(await command(...args)).toBe(1);
  expect(complaints.at(-1)).toMatch(words);
  expect([...files.keys()]).toEqual(['article.html', 'key.json']);
});

test('a key that the wallet doesn’t know sells nothing', async () => {
  files.set('key.json', JSON.stringify(await newPayeeKey()));
  expect(await lock()).toBe(1);
  expect(complaints).toEqual(['The request was not signed by the right key.']);
  expect(files.has('article.locked.html')).toBe(false);
});

test('a file without a mark says how one is made; with --free the blocks decide', async () => {
  files.set('article.html', article(body).replace(mark, ''));
  expect(await lock()).toBe(1);
  expect(complaints.at(-1)).toContain('<!-- micro-pay: the rest is paid -->');
  expect(await lock('--free', '2', '--title', 'Rivers', '--words', 'Weiter für {price}')).toBe(0);
  expect(files.get('article.locked.html')).toContain('>Weiter für 2¢</a>');
});

test('--help says all of it', async () => {
  expect(await command('--help')).toBe(0);
  expect(said.join('\n')).toContain('micro-pay relock FILE');
});
