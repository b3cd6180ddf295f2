import { parse, serialize } from 'parse5';
import { describe, expect, test } from 'vitest';
import { blocksIn, openText, planFor } from '../../src/lock/index.ts';
import { article, blockIn, body, id, item, key, lock, lockedIn, mark, payee } from './support.ts';

describe('a locked page', () => {
  test('opens again as what it was', async () => {
    const html = await lock(article(body));
    const tree = await openText(lockedIn(html), key);
    expect(tree.filter((node) => typeof node !== 'string')).toEqual([
      ['p', 0, 'They write in ', ['em', 0, 'gravel'], ', and the floods are their commas.'],
      ['ul', 0, ['li', 0, 'Sand']],
    ]);
  });

  test('has nothing of the paid part, and all the rest byte for byte', async () => {
    const page = article(body);
    const html = await lock(page);
    for (const word of ['gravel', 'floods', 'Sand', 'commas']) expect(html).not.toContain(word);
    const [before = '', after = ''] = page.split(body);
    const [head = '', rest = ''] = before.split('</head>');
    expect(html.startsWith(head)).toBe(true);
    expect(html).toContain(`</head>${rest.replace(mark, '').trimEnd()}`);
    expect(html.endsWith(after.trimStart())).toBe(true);
  });

  test('has the button with its fallback, the structured data, and the element’s script', async () => {
    const html = await lock(article(body), { playMoney: true });
    expect(html).toContain(
      `<micro-pay item="${id}" to="${payee}" amount="0.02" currency="USD" reason="How rivers remember" test>` +
        `<a href="${payee}/${id}">Read the rest for 2¢</a></micro-pay>`,
    );
    expect(html).toContain('<div class="micropay-paid">');
    expect(html).toContain('<script type="module" src="/micro-pay.js"></script>\n</head>');
    const data = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(JSON.parse(data)).toEqual({
      '@context': 'https://schema.org',
      '@type': 'Article',
      headline: 'How rivers remember',
      isAccessibleForFree: false,
      hasPart: {
        '@type': 'WebPageElement',
        isAccessibleForFree: false,
        cssSelector: '.micropay-paid',
      },
    });
  });

  test('is HTML that a browser reads as it stands: nothing in it moves', async () => {
    const html = await lock(article(body));
    expect(serialize(parse(html))).toContain('</micro-pay>\n<script type="application/json"');
    expect(serialize(parse(html))).toMatch(/<\/div>\s*<\/article>\s*<footer>/);
  });

  test('loads the element once, and tells search engines once, with two locked parts', async () => {
    const first = await lock(article(body));
    const two = first.replace(
      '</article>',
      `</article><section>${mark}<p>And lakes, which forget.</p></section>`,
    );
    const html = await lock(two, { item: { ...item, id: 'itm_BBBBBBBBBBBBBBBBBBBBBB' } });
    expect(html.match(/<micro-pay /g)).toHaveLength(2);
    expect(html.match(/micro-pay\.js/g)).toHaveLength(1);
    expect(html.match(/ld\+json/g)).toHaveLength(1);
    expect(blockIn(html)).toBe(blockIn(first));
  });

  test('leaves a script alone that the page loads already, pinned or not', async () => {
    for (const src of ['micro-pay.js', 'https://cdn.example/micro-pay@0.1.0.js']) {
      const page = article(body).replace('</head>', `<script src="${src}"></script></head>`);
      expect((await lock(page)).match(/<script[^>]*src=/g)).toHaveLength(1);
    }
  });

  test('keeps HTML in a title out of the page', async () => {
    const title = '"><script>alert(1)</script>';
    const html = await lock(article(body), { item: { ...item, title }, words: '</a>{price}<b>' });
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('reason="&quot;&gt;&lt;script&gt;');
    expect(html).toContain('&lt;/a&gt;2¢&lt;b&gt;');
  });

  test('may have no head, no end tags and no doctype', async () => {
    for (const page of [
      `<article><p>Free</p>${mark}<p>Paid words`,
      `<!doctype html><title>T</title><article><p>Free</p>${mark}<p>Paid words</article>`,
      `<p>Free</p>${mark}<p>Paid words</p>\n`,
    ]) {
      const html = await lock(page);
      expect(html).not.toContain('Paid words');
      expect(JSON.stringify(await openText(lockedIn(html), key))).toContain('Paid words');
      expect(html).toContain('ld+json');
    }
  });
});

describe('the paid part', () => {
  test('is what a marked element holds, or what follows the mark', async () => {
    const marked =
      '<article><p>Free</p><div data-micropay-body><p>Paid words</p></div><p>After</p></article>';
    const html = await lock(marked);
    expect(html).toMatch(/<div >\n<div class="micropay-paid">/);
    expect(html).toContain('<p>After</p>');
    expect(html).not.toContain('Paid words');
    expect(planFor(marked)).toMatchObject({ by: 'mark', body: 'Paid words', teaser: 'Free' });
  });

  test('is what follows so many blocks, where no mark says more', async () => {
    const page = article('').replace(mark, '<div class="wrap"><p>One</p><p>Two</p></div>');
    expect(blocksIn(page)).toEqual(['How rivers remember', 'Rivers keep no diary.', 'One Two']);
    expect(planFor(page, { free: 2 })).toMatchObject({ by: 'blocks', body: 'One Two' });
    const wrapped =
      '<main><div><section><p>One</p><p>Two</p><img src="a.png"></section></div></main>';
    expect(blocksIn(wrapped)).toEqual(['One', 'Two', '']);
    const html = await lock(wrapped, { free: 1 });
    expect(html).toMatch(
      /^(?:<script.*\n)*<main><div><section><p>One<\/p>\n<div class="micropay-paid">/,
    );
    expect(html).not.toContain('a.png');
  });

  test.each([
    ['no mark', '<article><p>Free</p></article>', {}, /no mark says what is paid/],
    [
      'two marks',
      `<article>${mark}<p>a</p>\n${mark}<p>b</p></article>`,
      {},
      /two marks, at lines 1 and 2/,
    ],
    [
      'nothing after the mark',
      `<article><p>Free</p>${mark}</article>`,
      {},
      /no words in the paid part/,
    ],
    [
      'a mark in a sentence',
      `<p>Free ${mark} paid words</p>`,
      {},
      /line 1: the paid part begins between blocks/,
    ],
    ['a mark in a list', `<ul><li>Free</li>${mark}<li>Paid</li></ul>`, {}, /begins between blocks/],
    [
      'tags that overlap',
      `<div>${mark}<p>Paid <b>words</p></div><p>More</b></p>`,
      {},
      /tags around the paid part/,
    ],
    [
      'too few blocks',
      '<article><p>One</p><p>Two</p></article>',
      { free: 2 },
      /the text has 2 blocks/,
    ],
    [
      'no block that stays',
      '<article><p>One</p><p>Two</p></article>',
      { free: 0 },
      /at least one stays/,
    ],
  ])('is refused with words for the publisher: %s', async (_what, page, division, words) => {
    expect(() => planFor(page, division)).toThrow(words);
    await expect(lock(page, division)).rejects.toThrow(words);
  });

  test.each([
    [
      'a description',
      (words: string) => ['</head>', `<meta name="description" content="${words}"></head>`],
    ],
    [
      'structured data',
      (words: string) => [
        '</head>',
        `<script type="application/ld+json">{"articleBody":"${words.replace('g', '\\u0067')}"}</script></head>`,
      ],
    ],
    ['a comment', (words: string) => ['</footer>', `<!-- ${words} --></footer>`]],
    ['a template', (words: string) => ['</footer>', `</footer><aside>${words}</aside>`]],
  ])('is refused when %s has its words too', async (_where, change) => {
    const words = 'They write in gravel, and the floods are their commas, year after year.';
    const [from = '', to = ''] = change(words);
    const page = article(`<p>${words}</p>`).replace(from, to);
    await expect(lock(page)).rejects.toThrow('stand elsewhere in the file');
  });
});

describe('what does something can’t be locked', () => {
  const refused: [string, string][] = [
    ['<script>alert(1)</script>', '<script>'],
    ['<script type="application/ld+json">{}</script>', '<script>'],
    ['<iframe src="https://video.example"></iframe>', '<iframe>'],
    ['<object data="a.swf"></object>', '<object>'],
    ['<embed src="a.swf">', '<embed>'],
    ['<form action="/x"><input name="a"></form>', '<form>'],
    ['<style>p{}</style>', '<style>'],
    ['<link rel="stylesheet" href="a.css">', '<link>'],
    ['<base href="https://evil.example">', '<base>'],
    ['<meta http-equiv="refresh" content="0;url=//evil">', '<meta>'],
    ['<svg><script>alert(1)</script></svg>', '<svg>'],
    ['<math><mi>x</mi></math>', '<math>'],
    ['<template><b>x</b></template>', '<template>'],
    ['<my-widget></my-widget>', '<my-widget>'],
    ['<micro-pay to="x"></micro-pay>', '<micro-pay>'],
    ['<img src="a.png" onerror="alert(1)">', 'onerror on <img>'],
    ['<p OnClick=alert(1)>x</p>', 'onclick on <p>'],
    ['<a href="javascript:alert(1)">x</a>', 'href="javascript:alert(1)" on <a>'],
    ['<a href=" java\nscript:alert(1)">x</a>', 'on <a>'],
    ['<a href="&#106;avascript:alert(1)">x</a>', 'on <a>'],
    ['<a href="data:text/html,<script>">x</a>', 'on <a>'],
    ['<a href="vbscript:x">x</a>', 'on <a>'],
    ['<a href="blob:https://a/b">x</a>', 'on <a>'],
    ['<img src="data:image/svg+xml,<svg/onload=x>">', 'on <img>'],
    ['<img srcset="a.png 1x, javascript:alert(1) 2x">', 'srcset='],
    ['<video poster="javascript:x"></video>', 'poster='],
  ];
  test.each(refused)('%s', async (html, what) => {
    const page = article(`<p>Paid words</p>${html}`);
    expect(planFor(page).refused.map((found) => found.what)).toEqual([
      expect.stringContaining(what),
    ]);
    await expect(lock(page)).rejects.toThrow(/can’t be in a locked text: .*\(line 13\)/);
    const left = await openText(lockedIn(await lock(page, { leaveOut: true })), key);
    expect(JSON.stringify(left)).not.toMatch(/script|alert|onerror|onclick|evil|swf|svg|blob:/i);
    expect(JSON.stringify(left)).toContain('Paid words');
  });

  test('what only looks is left out, and told', async () => {
    const page = article(
      '<p style="color:red" class="a" contenteditable>Paid words</p><noscript>x</noscript>',
    );
    const { refused: none, dropped } = planFor(page);
    expect(none).toEqual([]);
    expect(dropped.map(({ what }) => what)).toEqual([
      'style on <p>',
      'contenteditable on <p>',
      '<noscript>',
    ]);
    expect(await openText(lockedIn(await lock(page)), key)).toContainEqual([
      'p',
      { class: 'a' },
      'Paid words',
    ]);
  });

  test('a picture in the page, a link to a place in it, and a table are no harm', async () => {
    const page = article(
      '<p>Paid words</p><img src="data:image/png;base64,AAAA" alt="x"><a href="#top" title="t">up</a>' +
        '<table><tr><td colspan="2">1</table><img srcset="a.png 1x, b.png 2x" src="/c.png?x=1&amp;y=2">',
    );
    expect(planFor(page)).toMatchObject({ refused: [], dropped: [] });
    expect(JSON.stringify(await openText(lockedIn(await lock(page)), key))).toContain(
      '/c.png?x=1&y=2',
    );
  });
});

test('a file keeps its line ends and its mark of order; one that is not in UTF-8 is refused', async () => {
  const page = `\ufeff${article(body).replaceAll('\n', '\r\n')}`;
  const html = await lock(page);
  const [before = '', after = ''] = page.split(`${mark}\r\n      ${body}`);
  expect(html.startsWith(before.split('</head>')[0] ?? '')).toBe(true);
  expect(html.endsWith(after.trimStart())).toBe(true);
  expect(html).not.toContain('gravel');
  await expect(lock(article('<p>Fl\ufffdsse</p>'))).rejects.toThrow('not in UTF-8');
});

describe('a file has bounds', () => {
  test('of characters, of depth and of elements', () => {
    expect(() => planFor('x'.repeat(8_000_001))).toThrow('8 million');
    const deep = `${'<div>'.repeat(101)}Paid words`;
    expect(() => planFor(`<article>${mark}${deep}`)).toThrow('100 deep');
    const many = '<br>'.repeat(200_000);
    expect(() => planFor(`<article>${mark}Paid words${many}`)).toThrow('too many elements');
  });

  test('and a file of 50,000 nested elements is refused, not crashed on', () => {
    expect(() => planFor(`<article>${mark}${'<div>'.repeat(50_000)}Paid words`)).toThrow(
      '100 deep',
    );
  });
});
