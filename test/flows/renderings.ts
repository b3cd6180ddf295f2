/** What the wallet's snippet maker gives, and three kinds of page where it is pasted: plain, with fifty tags, with hostile CSS. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page } from '@playwright/test';
import { memoryStore, nodePaywall, paywall } from '../../src/merchant/index.ts';
import { becomePayee, type WalletProcess } from './support.ts';

type Choice = Record<string, string>;

/** In the order in which the page with fifty tags begins. */
const choices: Choice[] = [
  { kind: 'tip', amount: '0.05', reason: 'The song of the week', label: 'for the song' },
  { kind: 'article', amount: '0.02', src: '/articles/1' },
  { kind: 'meter', amount: '0.01', reason: 'The story', label: 'a minute' },
  { kind: 'item' },
  { kind: 'tip', amount: '0.10', reason: 'A new pen', background: '#ffd84d', color: '#222222' },
  { kind: 'article', amount: '0.02', src: '/articles/2', label: 'to read on' },
];

/** Copies the text that the maker shows. @param choice its fields, by name */
export async function made(page: Page, { url }: WalletProcess, choice: Choice): Promise<string> {
  await page.goto(`${url}/payee/maya/snippets?${new URLSearchParams(choice)}`);
  const pasted = await page.getByRole('textbox', { name: 'HTML', exact: true }).inputValue();
  expect(pasted).toContain('<micro-pay');
  return pasted;
}

/** From an empty wallet: a payee, an item of theirs, and a snippet of each kind; the first is a tip of 5¢. */
export async function makeAll(page: Page, wallet: WalletProcess): Promise<string[]> {
  await becomePayee(page, wallet);
  const item = await sellSong(page, wallet);
  const snippets: string[] = [];
  for (const choice of choices)
    snippets.push(await made(page, wallet, choice.kind === 'item' ? { ...choice, item } : choice));
  return snippets;
}

/** @returns the item's id */
async function sellSong(page: Page, { url }: WalletProcess): Promise<string> {
  await page.goto(`${url}/payee/maya/lock`);
  const html = `<!doctype html><html lang="en"><head><title>A song</title></head><body>
    <article><h1>A song</h1><p>It begins so.</p><!-- micro-pay: the rest is paid --><p>And so it ends.</p></article></body></html>`;
  await page.getByLabel('The HTML file of your page').setInputFiles({
    name: 'song.html',
    mimeType: 'text/html',
    buffer: Buffer.from(html),
  });
  await page.getByRole('button', { name: 'Lock and sell' }).click();
  await expect(page.getByRole('heading', { name: 'It is locked, and for sale' })).toBeVisible();
  await page.goto(`${url}/payee/maya/snippets?kind=item`);
  const option = page.getByRole('option', { name: /^A song/ });
  return (await option.getAttribute('value')) ?? '';
}

const page = (body: string, css = ''): string =>
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Maya draws</title>
    <link rel="icon" href="data:," />
    <style>${css}</style>
  </head>
  <body>
    <main>
      <h1>Maya draws</h1>
      ${body}
    </main>
  </body>
</html>`;

const around = (snippet: string): string => `<p>A drawing every Monday, and a song with it.</p>
<p>${snippet}</p>
<p>Below the button the page goes on.</p>`;

/** No style at all. */
export const plainPage = (snippet: string): string => page(around(snippet));

/** Fifty in turn, each pasted whole, wherever one pastes. */
export function crowdedPage(snippets: string[]): string {
  const places: [string, string][] = [
    ['<p>', '</p>'],
    ['<ul><li>', '</li></ul>'],
    ['<blockquote>', '</blockquote>'],
    ['<div style="display: flex">', '</div>'],
  ];
  const tags = Array.from({ length: 50 }, (_, i) => {
    const [before, after] = places[i % places.length] ?? ['', ''];
    return `<h2>Number ${i + 1}</h2>\n${before}${snippets[i % snippets.length]}${after}`;
  });
  return page(tags.join('\n'));
}

/** @param css of the page */
export const styledPage = (snippet: string, css: string): string => page(around(snippet), css);

/** What pages do to all they have, by name: each careless, none aimed at the button. */
export const careless: Record<string, string> = {
  reset: `*, *::before, *::after { margin: 0; padding: 0; box-sizing: border-box }
    button, a, span { all: unset } :not(:defined) { visibility: hidden }`,
  'all: unset': 'body :not(script, style) { all: unset }',
  'all: initial': 'body :not(script, style) { all: initial !important }',
  'no buttons': 'button { display: none !important; width: 1px; font-size: 1px }',
  'no room between boxes': 'body { font-size: 0 }',
  'tiny text': '* { font-size: 3px !important }',
  'huge text': '* { font-size: 40px !important }',
  'no lines': '* { line-height: 0 !important }',
  'wide lines': '* { line-height: 3 !important }',
  spaced: '* { letter-spacing: 1em !important; word-spacing: 2em !important }',
  squeezed: '* { letter-spacing: -0.5em !important }',
  'one line': '* { white-space: nowrap !important }',
  'as it is written': '* { white-space: pre !important }',
  'replaced by a picture': 'micro-pay { text-indent: -9999px !important; overflow: visible }',
  'gradient text': 'body * { -webkit-text-fill-color: transparent; background-clip: text }',
  'one colour': 'body * { color: #0b5345 !important; background: #0b5345 !important }',
  'black on white': '* { color: #000 !important; background: #fff !important; text-shadow: none }',
  capitals: '* { text-transform: uppercase !important; font-variant: small-caps }',
  'to the right': '* { text-align: right !important; direction: rtl; cursor: wait !important }',
  'broken words': '* { word-break: break-all !important; hyphens: auto }',
  boxes: '* { border: 3px dotted; padding: 7px !important; box-sizing: border-box !important }',
  lines: 'p { display: flex; height: 10px; margin-block: 99px }',
  floating: 'micro-pay { position: absolute; inset-block-end: 0 }',
  'no width': 'micro-pay { width: 0 !important; min-width: 0 }',
  moved: 'micro-pay { transform: rotate(2deg); filter: hue-rotate(20deg); zoom: 1.2 }',
  'under a banner': `body::after { content: 'We use cookies'; position: fixed; inset: auto 0 0;
    z-index: 2147483647; padding: 12px; background: #222; color: #fff }`,
};

/** Careless in everything at once. */
export const hostileCss = `
  body :not(script, style) { all: unset }
  html { direction: rtl; background: #fff }
  * {
    box-sizing: border-box !important; color: #000 !important; background: #fff !important;
    line-height: 0 !important; letter-spacing: 0.3em !important; word-spacing: 1em !important;
    text-transform: uppercase !important; text-align: justify !important; cursor: wait !important;
    white-space: nowrap !important; -webkit-text-fill-color: transparent; text-shadow: 0 0 3px red;
  }
  body { font-size: 3px !important }
  h1 { display: block !important; font-size: 24px !important; line-height: 1 !important; letter-spacing: 0 !important }
  p { display: block !important; font-size: 20px; line-height: 1.2 !important; -webkit-text-fill-color: #000 }
  button, [part], [role] { display: none !important; font-size: 1px !important }
  :not(:defined) { opacity: 0; font-size: 0 }
  micro-pay {
    font-size: 3px !important; text-indent: -9999px; position: relative;
    transform: rotate(-1deg); filter: hue-rotate(15deg); zoom: 1.2;
  }
  micro-pay * { font-size: 1px !important; visibility: visible; rotate: 20deg }
  body::after {
    content: 'We use cookies'; position: fixed; inset: auto 0 0; z-index: 2147483647;
    padding: 12px; background: #222 !important; color: #fff !important; line-height: 1 !important;
    -webkit-text-fill-color: #fff;
  }`;

export interface Host {
  /** Origin of the site */
  site: string;
  /** What it shows, by path; no more than files on a static host */
  files: Record<string, string>;
  close: () => void;
}

/** Somebody's site: files, and articles that are sold. @param wallet whose payee `~maya` sells them */
export async function startHost({ url }: WalletProcess): Promise<Host> {
  const files: Record<string, string> = {};
  const pay = paywall({
    payee: `${url}/~maya`,
    price: { amount: '0.02', currency: 'USD' },
    secret: 'a secret of thirty-two characters',
    store: memoryStore(),
    test: true,
  });
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const article = nodePaywall(
    pay,
    () => new Response(page('<p>The whole article.</p>'), { headers: html }),
    { title: 'An article' },
  );
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/articles/')) return article(request, response);
    const body = files[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, html).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    site: `http://maya.localhost:${(server.address() as AddressInfo).port}`,
    files,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
