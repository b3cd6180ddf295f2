/** Files to lock, and what locks them: keys and nonces from a count, so that each run is the same. */
import { base64url } from '../../src/protocol/index.ts';
import { lockPage, lockedFrom, type Locked, type LockOptions } from '../../src/lock/index.ts';

export const payee = 'https://wallet.example/~maya';
export const id = 'itm_AAAAAAAAAAAAAAAAAAAAAA';
export const mark = '<!-- micro-pay: the rest is paid -->';

export const bytes = (length: number, from = 1): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (from * 31 + i * 7) & 255);
export const key = base64url(bytes(32));

export const item = {
  id,
  payee,
  amount: '0.02',
  currency: 'USD',
  title: 'How rivers remember',
  key,
};

/** An article of a static site; `paid` stands after the mark. */
export const article = (paid: string, free = '<p>Rivers keep no diary.</p>'): string =>
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>How rivers remember</title>
  </head>
  <body>
    <nav><a href="/">Home</a></nav>
    <article>
      <h1>How rivers remember</h1>
      ${free}
      ${mark}
      ${paid}
    </article>
    <footer>© 2026</footer>
  </body>
</html>
`;

export const body =
  '<p>They write in <em>gravel</em>, and the floods are their commas.</p><ul><li>Sand</li></ul>';

export const lock = (html: string, changes: Partial<LockOptions> = {}): Promise<string> =>
  lockPage(html, { item, nonce: bytes(12), script: '/micro-pay.js', ...changes });

/** The JSON of the locked text in a page. */
export const blockIn = (html: string): string =>
  /<script type="application\/json" data-micropay-locked="[\w-]+">(.*?)<\/script>/s.exec(
    html,
  )?.[1] ?? '';

export function lockedIn(html: string): Locked {
  const locked = lockedFrom(blockIn(html), { item: id, payee });
  if (!locked) throw new Error('There is no locked text.');
  return locked;
}
