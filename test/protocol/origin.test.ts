/** Origins, return addresses and payees: compared byte for byte, each in its one spelling. */
import { expect, test } from 'vitest';
import { finishUri, isLoopbackHost, isOrigin } from '../../src/protocol/origin.ts';
import { payeeFrom, payeeUrl } from '../../src/protocol/wallet-address.ts';
import { codeOf } from './support.ts';

test.each([
  'https://news.example',
  'https://news.example:8443',
  'https://xn--bcher-kva.example',
  'http://localhost:3000',
  'http://news.localhost:3000',
  'http://127.0.0.1:3000',
  'http://[::1]:3000',
])('%s is an origin', (text) => expect(isOrigin(text)).toBe(true));

test.each<[unknown]>([
  ['https://news.example/'],
  ['https://news.example/x'],
  ['https://news.example:443'],
  ['https://NEWS.example'],
  ['https://news.example.'],
  ['https://bücher.example'],
  ['https://good@evil.example'],
  ['https://news.example\\evil'],
  ['http://news.example'],
  ['http://127.0.0.2'],
  ['http://localhost.evil.example'],
  ['http://localhost.'],
  ['//news.example'],
  ['javascript:alert(1)'],
  ['blob:https://news.example'],
  ['data:,x'],
  ['null'],
  [''],
  [null],
  [`https://${'a'.repeat(250)}.example`],
])('%j is no origin', (text) => expect(isOrigin(text)).toBe(false));

test.each(['localhost', 'a.localhost', '127.0.0.1', '[::1]'])('%s stays on this machine', (host) =>
  expect(isLoopbackHost(host)).toBe(true),
);
test.each(['localhost.', 'notlocalhost', '127.0.0.1.evil.example', '::1'])(
  '%s may leave this machine',
  (host) => expect(isLoopbackHost(host)).toBe(false),
);

const origin = 'https://news.example';

test.each([origin, `${origin}/`, `${origin}/a/b?c=d#e`, `${origin}/?n=%0a`])(
  'a return to %s is allowed',
  (uri) => expect(finishUri(uri, origin).origin).toBe(origin),
);

test.each([
  'https://good@evil.example/',
  'https://news.example@evil.example/',
  'https://good@news.example/',
  'https://:secret@news.example/',
  'https://news.example\\evil',
  'https://news.example/\\evil',
  'https://news.example:444/',
  'https://news.example:443/',
  'http://news.example/',
  'javascript:alert(1)',
  'blob:https://news.example/x',
  'https://news.example./',
  'https://news.example.evil.example/',
  'https://nеws.example/',
  '//evil.example',
  'https:news.example/',
  'https://news.example/../x',
  'https://news.example/a\nb',
  ' https://news.example/',
  'https://news.example?x',
  'HTTPS://news.example/',
  `https://news.example/${'a'.repeat(2_048)}`,
  '',
])('hostile 74: a return to %j is refused', (uri) => {
  expect(codeOf(() => finishUri(uri, origin))).toBe('malformed-request');
});

test('a payee is a name at a wallet', () => {
  expect(payeeFrom('https://wallet.example/~news')).toEqual({
    url: 'https://wallet.example/~news',
    wallet: 'https://wallet.example',
    name: 'news',
  });
  expect(payeeUrl('https://wallet.example', 'news')).toBe('https://wallet.example/~news');
});

test.each<[unknown]>([
  ['https://wallet.example/~'],
  ['https://wallet.example/~News'],
  ['https://wallet.example/~-news'],
  ['https://wallet.example/~news/'],
  ['https://wallet.example/~news?x'],
  ['https://wallet.example/~news#x'],
  ['https://wallet.example/%7Enews'],
  ['https://wallet.example/x/~news'],
  ['https://wallet.example/~a/../~b'],
  ['https://user@wallet.example/~news'],
  ['https://wallet.example./~news'],
  ['https://WALLET.example/~news'],
  ['http://wallet.example/~news'],
  ['wallet.example/~news'],
  ['$wallet.example/~news'],
  [`https://wallet.example/~${'a'.repeat(33)}`],
  [`https://${'a'.repeat(300)}/~news`],
  ['https://wallet.example/~ne\nws'],
  [''],
  [undefined],
  [{}],
])('%j is no payee', (text) => expect(codeOf(() => payeeFrom(text))).toBe('payee-unknown'));
