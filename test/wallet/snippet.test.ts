import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import { contrast } from '../../wallet/src/contrast.ts';
import { qrCode } from '../../wallet/src/qr-code.ts';
import {
  linkOf,
  notesOf,
  room,
  scriptTag,
  snippetOf,
  wantedFrom,
  type Standing,
} from '../../wallet/src/snippet.ts';

const payable = { issuer: 'https://wallet.example', name: 'maya', test: false };
const pinned = { path: '/micro-pay@1.2.3.js', integrity: 'sha384-abc' };
const script = scriptTag(payable, undefined);
const wanted = (fields: Record<string, string> = {}) =>
  wantedFrom((name) => ({ amount: '0.05', ...fields })[name] ?? '');
const snippet = (fields: Record<string, string> = {}) =>
  snippetOf(payable, wanted(fields), pinned)?.replace(`${script}\n${room}\n`, '');

test('the element is loaded from this wallet', () =>
  expect(script).toBe('<script type="module" src="https://wallet.example/micro-pay.js"></script>'));

test('a version is loaded with the hash that it is held to, once it is chosen', () => {
  const tag =
    '<script type="module" src="https://wallet.example/micro-pay@1.2.3.js" integrity="sha384-abc" crossorigin="anonymous"></script>';
  const chosen = wanted({ load: 'pinned' });
  expect(snippetOf(payable, chosen, pinned)?.startsWith(`${tag}\n`)).toBe(true);
  // A wallet without a build has none.
  expect(snippetOf(payable, chosen, undefined)?.startsWith(`${script}\n`)).toBe(true);
});

describe('what is pasted', () => {
  test('for a tip is whole, and begins with the script and the room that the button will need', () => {
    expect(snippetOf(payable, wanted({ reason: 'The song' }), pinned)).toBe(`${script}
${room}
<micro-pay
  to="https://wallet.example/~maya"
  amount="0.05"
  currency="USD"
  reason="The song"
>
  <a href="https://wallet.example/~maya?amount=0.05&amp;currency=USD&amp;reason=The+song">Tip 5¢</a>
</micro-pay>`);
  });

  test.each([
    [{ kind: 'article', src: '/a/1' }, 'src="/a/1"', '<a href="/a/1">Read for 5¢</a>'],
    [{ kind: 'meter' }, 'meter="60"', '>Pay 5¢</a>'],
    [
      { kind: 'item', item: 'itm_1234' },
      'item="itm_1234"',
      'href="https://wallet.example/~maya/itm_1234"',
    ],
    [{ label: 'for the song' }, 'amount="0.05"', '<span slot="label">for the song</span>'],
    [
      { background: '#FFEEAA', color: '#222222' },
      'style="--micro-pay-background: #ffeeaa; --micro-pay-color: #222222"',
      'Tip 5¢',
    ],
  ])('for %o', (fields: Record<string, string>, attribute, inside) => {
    expect(snippet(fields)).toContain(attribute);
    expect(snippet(fields)).toContain(inside);
  });

  test('with play money says so from the start', () => {
    const said = snippetOf({ ...payable, test: true }, wanted(), pinned);
    expect(said).toContain('currency="USD"\n  test\n>');
    expect(snippet()).not.toContain('test');
  });

  test.each([
    'javascript:alert(1)',
    'JavaScript&colon;alert(1)//',
    ' data:text/html,<b>',
    'vbscript:x',
  ])('runs nothing, though a link to this page chose the address: %s', (src) => {
    const text = snippet({ kind: 'article', src }) ?? '';
    expect(text).not.toMatch(/="\s*(javascript|data|vbscript):/i);
  });

  test('has no text that could end where it stands', () => {
    const words = '"><script>alert(1)</script>&amp;\u202e\n';
    const text = snippet({ reason: words, label: words, src: words, kind: 'tip' }) ?? '';
    expect(text).toContain('reason="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"');
    expect(text).not.toMatch(/<script|\u202e/);
    expect(snippet({ kind: 'article', src: words })).not.toContain('<script');
  });

  test.each(['', '0', '-1', '1e3', 'NaN', '0.0000001', '٢', '99999999'])(
    'at a price of “%s” is nothing',
    (amount) => {
      expect(snippet({ amount })).toBeUndefined();
      expect(linkOf(payable, wanted({ amount }))).toBeUndefined();
    },
  );

  test.each([
    ['kind', 'gift', 'to='],
    ['background', 'red; --x: url(x)', '0.05'],
    ['background', '#12345', '0.05'],
  ])('with a %s of “%s” is as usual', (field, value, has) => {
    expect(snippet({ [field]: value })).toBe(snippet());
    expect(snippet({ [field]: value })).toContain(has);
  });

  test.each(['', 'itm_', '../keys', 'itm_<b>', `itm_${'x'.repeat(61)}`])(
    'for an item “%s” is nothing',
    (item) => expect(snippet({ kind: 'item', item })).toBeUndefined(),
  );
});

describe('what would go wrong is said', () => {
  const fine: Standing = { cap: undefined, open: true, sites: 0 };
  test.each<[string, Record<string, string>, Partial<Standing>, RegExp | undefined]>([
    ['nothing', {}, {}, undefined],
    ['no price', { amount: 'x' }, {}, /Write the amount/],
    ['over the cap', { amount: '0.26' }, { cap: 250_000n }, /25¢ at most/],
    ['at the cap', { amount: '0.25' }, { cap: 250_000n }, undefined],
    ['in millionths', { amount: '0.002' }, { cap: 250_000n }, undefined],
    ['no site', {}, { open: false }, /No site of yours/],
    ['a site', {}, { open: false, sites: 1 }, undefined],
    ['an article', { kind: 'article' }, {}, /takes a server/],
    ['no item', { kind: 'item' }, {}, /Choose what it sells/],
    ['colours alike', { background: '#ffff00', color: '#ffffff' }, {}, /1\.1 to 1/],
  ])('%s', (_what, fields, standing, words) => {
    const notes = notesOf(wanted(fields), { ...fine, ...standing });
    const look = fields['kind'] === 'article' ? 'note' : 'warn';
    expect(notes).toEqual(words ? [{ words: expect.stringMatching(words), look }] : []);
  });

  test.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#0000ff', '#ffffff', 8.59],
    ['#123456', '#123456', 1],
  ])('%s on %s is %d to 1', (one, other, ratio) =>
    expect(contrast(one, other)).toBeCloseTo(ratio, 1),
  );
});

describe('a code', () => {
  const link = linkOf(payable, wanted({ reason: 'The song of the week' })) ?? '';

  test('has each module of the code, and white around it', () => {
    const svg = qrCode(link);
    const { data, size } = encode(link, { ecc: 'M', border: 4 });
    const drawn = data.map((row) => row.map(() => false));
    const bars = svg.split('<path d="')[1] ?? '';
    for (const [, x, y, width] of bars.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
      drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
    expect(drawn).toEqual(data);
    expect(svg).toContain(`viewBox="0 0 ${size} ${size}"`);
    expect(data.slice(0, 4).flat().includes(true)).toBe(false);
  });

  test('holds nothing but drawing', () =>
    expect(qrCode(`${link}"/><script>`)).not.toMatch(/script|on\w+=|href/));

  test('of a link that is too long is none', () =>
    expect(() => qrCode('x'.repeat(1_001))).toThrow('too long'));
});
