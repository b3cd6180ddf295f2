/**
 * Hostile inputs to a paywall, by their ids in docs/security.md: rows 1 to 55, as far as they concern a payee's server.
 * Each row makes one request; whoever runs the table asserts the answer, an unchanged store, and that nothing is echoed.
 * What a row sends stands inside a payment credential, so an unreadable value is a refused payment (402), not a bad request.
 */
import { bindChallenge, challengeKey, type Challenge } from '../../src/protocol/challenge.ts';
import { formatCredential } from '../../src/protocol/credential.ts';
import { base64url, encodeJson, utf8 } from '../../src/protocol/encoding.ts';
import type { ProblemCode } from '../../src/protocol/problem.ts';
import { mutations } from '../protocol/eddsa-mutations.ts';

/** A paywall under test, in process or live, and the wallet it believes. */
export interface Site {
  /** Two addresses for sale at one price */
  url: string;
  otherUrl: string;
  challenge: (url?: string, init?: RequestInit) => Promise<Challenge>;
  /** A receipt by the wallet's own key for this challenge, with some claims as a broken wallet would write them */
  receipt: (challenge: Challenge, claims?: Record<string, unknown>) => Promise<string>;
  /** Any text as the payload of a receipt, signed by the wallet's own key */
  signed: (payload: string) => Promise<string>;
  /** The seed of the wallet's own key */
  seed: Uint8Array;
  send: (request: Request) => Promise<Response>;
}

export interface Hostile {
  request: Request;
  status: number;
  /** Absent: it is no attack, and is answered as if it were plain */
  code?: ProblemCode;
  /** What the answer must not contain */
  input?: string;
  /** Moves the paywall's clock before the request is sent; a live server is not asked */
  afterSeconds?: number;
}

export type Row = readonly [id: string, name: string, make: (site: Site) => Promise<Hostile>];

const raw = (url: string, authorization: string, init: RequestInit = {}): Request =>
  new Request(url, { ...init, headers: { authorization } });

const credentialOf = (challenge: object, receipt: string): string =>
  `Payment ${base64url(utf8(JSON.stringify({ challenge, payload: { type: 'receipt', receipt } })))}`;

const refused = (request: Request, code: ProblemCode, more: Partial<Hostile> = {}): Hostile => ({
  request,
  status: 402,
  code,
  ...more,
});

/** The wallet's own key signs a claim that no wallet should. */
const claim =
  (claims: Record<string, unknown>, code: ProblemCode = 'verification-failed') =>
  async (site: Site): Promise<Hostile> => {
    const challenge = await site.challenge();
    const receipt = await site.receipt(challenge, claims);
    return refused(raw(site.url, credentialOf(challenge, receipt)), code, { input: receipt });
  };

/** One parameter of the challenge is edited after the wallet was paid. */
const edited =
  (
    edit: (challenge: Challenge) => Partial<Challenge>,
    more: Partial<Hostile> & { code?: ProblemCode } = {},
  ) =>
  async (site: Site): Promise<Hostile> => {
    const challenge = await site.challenge();
    const receipt = await site.receipt(challenge);
    const edits = edit(challenge);
    const request = raw(site.url, credentialOf({ ...challenge, ...edits }, receipt));
    const [input] = Object.values(edits);
    return refused(request, 'invalid-challenge', { ...(input && { input }), ...more });
  };

/** The JSON text of a good credential is changed before it is encoded. */
const text =
  (change: (json: string) => string | Uint8Array, more: Partial<Hostile> = {}) =>
  async (site: Site): Promise<Hostile> => {
    const challenge = await site.challenge();
    const receipt = await site.receipt(challenge);
    const changed = change(JSON.stringify({ challenge, payload: { type: 'receipt', receipt } }));
    const bytes = typeof changed === 'string' ? utf8(changed) : changed;
    const request = raw(site.url, `Payment ${base64url(bytes)}`);
    return refused(request, 'malformed-credential', more);
  };

/** A good `Authorization` value is changed. */
const header =
  (change: (authorization: string) => string, code?: ProblemCode, status = 402) =>
  async (site: Site): Promise<Hostile> => {
    const challenge = await site.challenge();
    const authorization = credentialOf(challenge, await site.receipt(challenge));
    const request = raw(site.url, change(authorization));
    return { request, status, ...(code && { code }) };
  };

/** A receipt whose signature, or key, is crafted. */
const mutated =
  (name: string) =>
  async (site: Site): Promise<Hostile> => {
    const mutation = mutations.find(([known]) => known === name);
    if (!mutation) throw new Error(`no mutation is called ${name}`);
    const challenge = await site.challenge();
    const [head = '', payload = ''] = (await site.receipt(challenge)).split('.');
    const { signature } = mutation[1](site.seed, utf8(`${head}.${payload}`));
    const receipt = `${head}.${payload}.${base64url(signature)}`;
    return refused(raw(site.url, credentialOf(challenge, receipt)), 'verification-failed');
  };

/** A path other than that of a body: what was paid for was sent with this body. */
const withBody =
  (sent: RequestInit) =>
  async (site: Site): Promise<Hostile> => {
    const challenge = await site.challenge(site.url, { method: 'POST', body: 'paid for' });
    const receipt = await site.receipt(challenge);
    const request = raw(site.url, credentialOf(challenge, receipt), { method: 'POST', ...sent });
    return refused(request, 'invalid-challenge');
  };

const expires = (time: string, status: number, code: ProblemCode) =>
  edited(() => ({ expires: time }), { status, code, input: time });

const amounts = [
  ['1', 'an empty amount', ''],
  ['2', 'an amount with a space', ' 2'],
  ['3', 'a hexadecimal amount', '0x10'],
  ['4', 'an amount with a plus', '+5'],
  ['5', 'a negative amount', '-1'],
  ['6', 'an amount with an exponent', '1e3'],
  ['7', 'an amount with a point', '1.0'],
  ['8', 'an amount with leading zeros', '00012'],
  ['9', 'an amount in Arabic digits', '٢'],
  ['10', 'an amount in full-width digits', '２'],
  ['11', 'an amount that is a number', 2],
  ['12', 'an amount of nineteen digits', '1000000000000000000'],
] as const;

const currencies = [
  ['15a', 'currency XXX', 'xxx'],
  ['15b', 'a currency in capitals', 'USD'],
  ['15c', 'a currency sign', 'US$'],
  ['15d', 'no currency', undefined],
  ['16', 'another currency', 'eur'],
] as const;

const pads: [id: string, name: string, change: (encoded: string) => string][] = [
  ['35a', 'padding', (encoded) => `${encoded}=`],
  ['35b', 'a plus', (encoded) => `${encoded.slice(0, 8)}+${encoded.slice(9)}`],
  ['35c', 'a slash', (encoded) => `${encoded.slice(0, 8)}/${encoded.slice(9)}`],
  ['35d', 'a space', (encoded) => `${encoded.slice(0, 8)} ${encoded.slice(8)}`],
  ['35e', 'an asterisk', (encoded) => `${encoded.slice(0, 8)}*${encoded.slice(8)}`],
  [
    '35f',
    'a length no bytes have',
    (encoded) => encoded.padEnd(encoded.length + 5 - (encoded.length % 4), 'A'),
  ],
];

const signatures = [
  ['51', 'S + L', 'S + L'],
  ['54a', 'a signature of 63 bytes', '63 bytes'],
  ['54b', 'a signature of 65 bytes', '65 bytes'],
  ['55', 'a signature only ZIP 215 knows: a non-canonical R', 'R = identity, spelled p + 1'],
] as const;

export const merchantRows: readonly Row[] = [
  ...amounts.map(([id, name, amt]): Row => [id, name, claim({ amt })]),
  ['13', 'an amount of nothing', claim({ amt: '0' }, 'payment-insufficient')],
  ['14a', 'less than the price', claim({ amt: '1' }, 'payment-insufficient')],
  ['14b', 'more than the price', claim({ amt: '3' })],
  ...currencies.map(([id, name, cur]): Row => [id, name, claim({ cur })]),
  ['17a', 'a repeated key in the credential', text((json) => json.replace('{', '{"payload":{},'))],
  [
    '17b',
    'a repeated key in a signed receipt',
    async (site) => {
      const challenge = await site.challenge();
      const [, payload = ''] = (await site.receipt(challenge)).split('.');
      const json = Buffer.from(payload, 'base64url').toString();
      const receipt = await site.signed(json.replace('{', '{"amt":"2",'));
      return refused(raw(site.url, credentialOf(challenge, receipt)), 'verification-failed');
    },
  ],
  ...['__proto__', 'constructor', 'toString'].map((key, i): Row => [
    `18${'abc'[i]}`,
    `a key called ${key}`,
    text((json) => json.replace('{', `{"${key}":{"isAdmin":true},`), { input: 'isAdmin' }),
  ]),
  ['19', 'depth 3,000', text(() => `${'['.repeat(3_000)}${']'.repeat(3_000)}`)],
  [
    '20',
    'an array of 100,000',
    header(
      () => `Payment ${base64url(utf8(`[${'0,'.repeat(99_999)}0]`))}`,
      'header-too-large',
      431,
    ),
  ],
  [
    '21',
    'a body of 10 MB',
    async ({ url }) => ({
      request: new Request(url, { method: 'POST', body: new Uint8Array(10_000_000) }),
      status: 413,
      code: 'request-too-large',
    }),
  ],
  [
    '22',
    'a header of 64 KB',
    header(() => `Payment ${'A'.repeat(65_536)}`, 'header-too-large', 431),
  ],
  ['23', 'a lone surrogate', text((json) => json.replace('"id":"', '"id":"\\ud800'))],
  ['24', 'a NUL', text((json) => json.replace('"id":"', '"id":"\0'))],
  ['25', 'invalid UTF-8', text((json) => Uint8Array.of(...utf8(json), 0xff))],
  ['26', 'a byte order mark', text((json) => `\ufeff${json}`)],
  ['27', 'a bidi override', edited(() => ({ realm: 'news\u202eexample' }))],
  ['28', 'a zero-width space', edited(() => ({ realm: 'news\u200b.example' }))],
  [
    '29',
    '10,000 emoji',
    header(() => `Payment ${base64url(utf8('🎈'.repeat(10_000)))}`, 'header-too-large', 431),
  ],
  ['30', 'a script', edited(() => ({ realm: '<script>alert(1)</script>' }))],
  ['31', 'a header injection', edited(() => ({ realm: 'a\r\nSet-Cookie: b=c' }), { input: 'b=c' })],
  [
    '32',
    'the scheme in mixed case',
    header((value) => value.replace('Payment', 'pAyMeNT'), undefined, 200),
  ],
  ['33', 'another scheme that names Payment', header(() => 'Bearer Payment', 'payment-required')],
  [
    '34',
    'unknown parameters',
    async (site) => {
      const challenge = await site.challenge();
      const authorization = credentialOf(
        { ...challenge, color: 'blue' },
        await site.receipt(challenge),
      );
      return { request: raw(site.url, authorization), status: 200 };
    },
  ],
  ...pads.map(([id, name, change]): Row => [
    id,
    `base64url with ${name}`,
    header((value) => `Payment ${change(value.slice(8))}`, 'malformed-credential'),
  ]),
  [
    '35g',
    'base64url with tail bits that aren’t zero',
    async (site) => {
      const challenge = await site.challenge();
      const receipt = await site.receipt(challenge);
      // A payload of 3n + 1 bytes, so that four bits of the last letter are spare.
      const json = JSON.stringify({ challenge, payload: { type: 'receipt', receipt } });
      const padded = json + ' '.repeat((4 - (json.length % 3)) % 3);
      const encoded = base64url(utf8(padded));
      const last = encoded.at(-1) === 'A' ? 'B' : 'h';
      return refused(
        raw(site.url, `Payment ${encoded.slice(0, -1)}${last}`),
        'malformed-credential',
      );
    },
  ],
  ['36a', 'a credential of nothing', header(() => 'Payment ', 'malformed-credential')],
  ['36b', 'an empty object', text(() => '{}')],
  ['36c', 'two credentials', header((value) => `${value}, ${value}`, 'malformed-request', 400)],
  ['37', 'an empty challenge id', edited(() => ({ id: '' }))],
  ['38', 'an unknown challenge id', edited(() => ({ id: 'A'.repeat(43) }))],
  [
    '39',
    'another page’s challenge',
    async (site) => {
      const challenge = await site.challenge(site.otherUrl);
      const receipt = await site.receipt(challenge);
      return refused(raw(site.url, credentialOf(challenge, receipt)), 'invalid-challenge');
    },
  ],
  [
    '40',
    'another merchant’s challenge',
    async (site) => {
      const { id: _, ...unbound } = await site.challenge();
      const theirs = await challengeKey('the secret of another merchant, also long');
      const challenge = await bindChallenge(unbound, theirs);
      const receipt = await site.receipt(challenge);
      return refused(raw(site.url, credentialOf(challenge, receipt)), 'invalid-challenge');
    },
  ],
  [
    '41',
    'a challenge that was used',
    async (site) => {
      const challenge = await site.challenge();
      const receipt = await site.receipt(challenge);
      await site.send(raw(site.url, credentialOf(challenge, receipt)));
      const { id, ...others } = challenge;
      return refused(raw(site.url, credentialOf({ ...others, id }, receipt)), 'invalid-challenge');
    },
  ],
  ['42a', 'an edited realm', edited(() => ({ realm: 'evil.example' }))],
  [
    '42b',
    'an edited request',
    edited(() => ({
      request: encodeJson({
        amount: '1',
        currency: 'usd',
        recipient: 'https://wallet.example/~news',
      }),
    })),
  ],
  ['42c', 'an edited expiry', edited(() => ({ expires: '2040-01-01T00:00:00Z' }))],
  ['42d', 'an added digest', edited(() => ({ digest: 'sha-256=:AAAA:' }))],
  ['42e', 'an edited opaque', edited(() => ({ opaque: encodeJson({ scope: 'GET /everything' }) }))],
  ['43', 'another body than the one paid for', withBody({ body: 'something dearer' })],
  ['44', 'no body where one was paid for', withBody({})],
  ['45a', 'an expiry in the past', expires('2020-01-01T00:00:00Z', 402, 'invalid-challenge')],
  [
    '45b',
    'a challenge a second after its end',
    async (site) => ({
      ...(await header((value) => value, 'payment-expired')(site)),
      afterSeconds: 601,
    }),
  ],
  [
    '46',
    'a challenge at the second of its end',
    async (site) => ({
      ...(await header((value) => value, 'payment-expired')(site)),
      afterSeconds: 600,
    }),
  ],
  ['47', 'a day that doesn’t exist', expires('2026-02-30T00:00:00Z', 400, 'malformed-request')],
  ['48', 'a time without a zone', expires('2027-01-01T00:00:00', 400, 'malformed-request')],
  ['49', 'a leap second', expires('2026-12-31T23:59:60Z', 400, 'malformed-request')],
  ['50', 'the year 275760', expires('+275760-09-13T00:00:00Z', 400, 'malformed-request')],
  ...signatures.map(([id, name, mutation]): Row => [id, name, mutated(mutation)]),
  ...[
    ['52', 'a receipt under a small-order key', `${'A'.repeat(42)}E`],
    ['53', 'a receipt under the zero key', 'A'.repeat(43)],
  ].map(([id = '', name = '', kid = '']): Row => [
    id,
    name,
    async (site) => {
      const challenge = await site.challenge();
      const [, payload = ''] = (await site.receipt(challenge)).split('.');
      const head = base64url(
        utf8(JSON.stringify({ alg: 'EdDSA', typ: 'micropay-receipt+jwt', kid })),
      );
      const signature = base64url(Uint8Array.of(1, ...new Uint8Array(63)));
      const authorization = formatCredential({
        challenge,
        payload: { type: 'receipt', receipt: `${head}.${payload}.${signature}` },
      });
      return refused(raw(site.url, authorization), 'verification-failed', { input: kid });
    },
  ]),
];

/** What is no HTTP, byte by byte: Node's server and the adapter refuse it before any paywall sees it. */
export const merchantWireRows: readonly (readonly [id: string, name: string, bytes: string])[] = [
  ['76a', 'a malformed Host', 'GET / HTTP/1.1\r\nHost: evil b/c\r\nConnection: close\r\n\r\n'],
  ['76b', 'no Host', 'GET /evil HTTP/1.1\r\nConnection: close\r\n\r\n'],
  [
    '77',
    'two lengths for one body',
    'POST /evil HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
  ],
];
