/**
 * Hostile inputs to a wallet, by their ids in docs/security.md. Each row makes one request of bytes; whoever runs the table
 * asserts the answer, equal contents of every table, and that nothing is echoed.
 */
import {
  authorizeCall,
  base64url,
  encodeChargeRequest,
  encodeJson,
  payeeUrl,
  signJws,
  utf8,
  type ProblemCode,
  type Signer,
} from '../../src/protocol/index.ts';
import { newId } from '../../wallet/src/ids.ts';
import { mutations } from '../protocol/eddsa-mutations.ts';
import {
  chargeOf,
  connectRequest,
  intentFor,
  issuer,
  newPage,
  pay,
  site,
  type Connected,
} from '../wallet/support.ts';
import type { LiveWallet } from './live-wallet.ts';
import { requestBytes, type WireRequest } from './wire.ts';

/** A wallet on its socket, a page that may charge there, the seed of the page's key, and the payee's key. */
export interface Target {
  wallet: LiveWallet;
  reader: Connected;
  seed: Uint8Array<ArrayBuffer>;
  seller: Signer;
}

export interface Hostile {
  sent: Uint8Array;
  status: number;
  /** Absent: it is no attack, and is answered as if it were plain */
  code?: ProblemCode;
  /** What the answer must not contain */
  input?: string;
  /** A decision about a payment is final, so it is kept: the one row that a refusal adds */
  kept?: 'refusal';
  /** The words on the receipt of what was accepted */
  says?: string;
}

export type Row = readonly [id: string, name: string, make: (target: Target) => Promise<Hostile>];

export const refused = (
  request: WireRequest,
  status: number,
  code: ProblemCode,
  more: Partial<Hostile> = {},
): Hostile => ({ sent: requestBytes(request), status, code, ...more });

/** The answer comes before the rest is sent. */
export const beginning = (hostile: Hostile): Hostile => ({
  ...hostile,
  sent: hostile.sent.subarray(0, 65_536),
});

export const malformed = (request: WireRequest, more: Partial<Hostile> = {}): Hostile =>
  refused(request, 400, 'malformed-request', more);

const from = { origin: site };
const paying = (body: string | Uint8Array, headers = {}): WireRequest => ({
  path: '/pay',
  headers: { ...from, 'content-type': 'text/plain', ...headers },
  body,
});
const asking = (body: string | Uint8Array, headers = {}): WireRequest => ({
  path: '/connect',
  headers: { ...from, 'content-type': 'application/json', ...headers },
  body,
});

type Claims = NonNullable<Parameters<typeof intentFor>[3]>;
const intent = ({ wallet, reader }: Target, claims: Claims = {}): Promise<string> =>
  intentFor(wallet, reader.page, reader.grantId, { cid: newId(wallet, 'con'), ...claims });

/** An intent of any claims, as a broken or hostile page would sign it. */
async function loose(target: Target, changes: Record<string, unknown>): Promise<string> {
  const [, claims = ''] = (await intent(target)).split('.');
  const good = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  return signJws('micropay-intent+jwt', { ...good, ...changes }, target.reader.page.key);
}

/** A charge request that the page signed, whatever stands in it. */
const charge =
  (change: Record<string, unknown>, input?: string) =>
  async (target: Target): Promise<Hostile> => {
    const req = encodeJson({ ...chargeOf(), ...change });
    return malformed(paying(await intent(target, { req })), { input: input ?? req });
  };

/** The same charge request in a question for the consent page. */
const question =
  (change: Record<string, unknown>) =>
  async ({ wallet }: Target): Promise<Hostile> => {
    const page = await newPage(wallet);
    const req = encodeJson({ ...chargeOf(), ...change });
    const body = { ...connectRequest(page), intent: { cid: page.cid, rlm: site, req } };
    return malformed(asking(JSON.stringify(body)), { input: req });
  };

/** The text of a charge request, as it is. */
const requestText =
  (text: string | Uint8Array) =>
  async (target: Target): Promise<Hostile> => {
    const req = base64url(typeof text === 'string' ? utf8(text) : Uint8Array.from(text));
    return malformed(paying(await intent(target, { req })), { input: req });
  };

/** The body of a question, changed as text or as bytes. */
const body =
  (change: (json: string) => string | Uint8Array, more: Partial<Hostile> = {}) =>
  async ({ wallet }: Target): Promise<Hostile> => {
    const json = JSON.stringify(connectRequest(await newPage(wallet)));
    return malformed(asking(change(json)), more);
  };

/** A question, changed as an object. */
const asked =
  (
    change: (request: ReturnType<typeof connectRequest>) => object,
    more: Partial<Hostile> & { code?: ProblemCode } = {},
  ) =>
  async ({ wallet }: Target): Promise<Hostile> => {
    const request = connectRequest(await newPage(wallet));
    return malformed(asking(JSON.stringify({ ...request, ...change(request) })), more);
  };

/** A good intent, changed as text. */
const jws =
  (change: (text: string) => string) =>
  async (target: Target): Promise<Hostile> =>
    malformed(paying(change(await intent(target))));

/** Signed claims, changed after they were signed. */
const edited =
  (change: Record<string, unknown>) =>
  async (target: Target): Promise<Hostile> => {
    const [head = '', claims = '', signature = ''] = (await intent(target)).split('.');
    const good = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const text = [head, encodeJson({ ...good, ...change }), signature].join('.');
    return refused(paying(text), 402, 'verification-failed', { input: head });
  };

/** Signed by the page, and for a time that is no time to pay. */
const timed =
  (offsets: { iat: number; exp: number }) =>
  async (target: Target): Promise<Hostile> => {
    const { now } = target.wallet.clock;
    const text = await loose(target, { iat: now + offsets.iat, exp: now + offsets.exp });
    return refused(paying(text), 402, 'payment-expired', { kept: 'refusal' });
  };

const dated =
  (iat: unknown) =>
  async (target: Target): Promise<Hostile> =>
    malformed(paying(await loose(target, { iat })));

/** A description, as the receipt says it afterwards. */
const described =
  (description: string, says: string) =>
  async (target: Target): Promise<Hostile> => {
    const text = await intent(target, { charge: chargeOf({ description }) });
    return { sent: requestBytes(paying(text)), status: 200, says };
  };

const mutated =
  (name: string, status = 402, code: ProblemCode = 'verification-failed') =>
  async (target: Target): Promise<Hostile> => {
    const craft = mutations.find(([known]) => known === name)?.[1];
    if (!craft) throw new Error(`no mutation is called ${name}`);
    const [head = '', claims = ''] = (await intent(target)).split('.');
    const { signature } = craft(target.seed, utf8(`${head}.${claims}`));
    const text = `${head}.${claims}.${base64url(signature)}`;
    return refused(paying(text), status, code);
  };

const withKey = (x: string) =>
  asked(() => ({ client: { jwk: { kty: 'OKP', crv: 'Ed25519', x } } }), { input: x });

/** A proof for one body, sent with another. */
const proved =
  (sent: string, status: number, code: ProblemCode) =>
  async ({ wallet, reader }: Target): Promise<Hostile> => {
    const path = '/connect/continue';
    const call = {
      method: 'POST' as const,
      url: issuer + path,
      body: utf8(JSON.stringify({ interact_ref: 'x'.repeat(43) })),
      iat: wallet.clock.now,
      jti: newId(wallet, 'con'),
    };
    const authorization = await authorizeCall(call, reader.page.key);
    const headers = { ...from, 'content-type': 'application/json', authorization };
    return refused({ path, headers, body: sent }, status, code);
  };

const wire = (text: string, status: number, code: ProblemCode) => async (): Promise<Hostile> => ({
  sent: Buffer.from(text, 'latin1'),
  status,
  code,
});

export const amounts = [
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
  ['13', 'an amount of nothing', '0'],
] as const;

const currencies = [
  ['15a', 'currency XXX', 'xxx'],
  ['15b', 'a currency in capitals', 'USD'],
  ['15c', 'a currency sign', 'US$'],
  ['15d', 'no currency', undefined],
] as const;

export const keys = ['__proto__', 'constructor', 'toString'] as const;
const doubled = '{"amount":"1","amount":"1000","currency":"usd","recipient":"x"}';

const returns = [
  ['userinfo', 'https://good@evil.example'],
  ['our host as userinfo', 'https://news.example@evil.example/'],
  ['a backslash', 'https://news.example\\@evil.example/'],
  ['another port', 'https://news.example:8443/'],
  ['a script', 'javascript:alert(1)'],
  ['a trailing dot', 'https://news.example./'],
  ['a punycode twin', 'https://xn--nws-hoa.example/'],
  ['no scheme', '//evil.example'],
  ['a longer host', 'https://news.example.evil.example/'],
  ['http', 'http://news.example/'],
  ['a path climbing up', 'https://news.example/a/../b'],
  ['a host without a scheme', 'evil.example'],
] as const;

const periods = ['P0D', 'P99999Y', 'R-2/P1D', '../../etc'] as const;

export const letter = (i: number): string => String.fromCharCode(97 + i);

export const walletRows: readonly Row[] = [
  ...amounts.flatMap(([id, name, amount]): Row[] => [
    [id, name, charge({ amount })],
    [`${id}-asked`, `${name}, in a question`, question({ amount })],
  ]),
  ...currencies.flatMap(([id, name, currency]): Row[] => [
    [id, name, charge({ currency })],
    [`${id}-asked`, `${name}, in a question`, question({ currency })],
  ]),
  [
    '16',
    'another currency than the grant’s',
    async (target) => {
      const text = await intent(target, { charge: chargeOf({ currency: 'eur' }) });
      return refused(paying(text), 402, 'verification-failed');
    },
  ],
  ['16-asked', 'another currency, in a question', question({ currency: 'eur' })],
  ['17a', 'a repeated key in a charge request', requestText(doubled)],
  ['17b', 'a repeated key in a body', body((json) => json.replace('{', '{"client":{},'))],
  ...keys.flatMap((key, i): Row[] => {
    const text = `{"${key}":{"isAdmin":true},`;
    const change = (json: string) => json.replace('{', text);
    return [
      [`18${letter(i)}`, `a key called ${key}`, body(change, { input: 'isAdmin' })],
      [
        `18${letter(i + 3)}`,
        `a key called ${key}, in a charge request`,
        requestText(change(JSON.stringify(chargeOf()))),
      ],
    ];
  }),
  ['19a', 'depth 8,000', body(() => '['.repeat(8_000) + ']'.repeat(8_000))],
  [
    '19b',
    'depth 10,000',
    async () => refused(asking('['.repeat(10_000) + ']'.repeat(10_000)), 413, 'request-too-large'),
  ],
  [
    '20',
    'an array of a million',
    async () => refused(asking(`[${'0,'.repeat(999_999)}0]`), 413, 'request-too-large'),
  ],
  [
    '21a',
    'a body of 10 MB',
    async () => beginning(refused(paying(new Uint8Array(10_000_000)), 413, 'request-too-large')),
  ],
  [
    '21b',
    'a body of 10 MB that doesn’t tell its length',
    async () => {
      const chunks = `2710\r\n${'x'.repeat(10_000)}\r\n`.repeat(1_000);
      const request = paying(chunks, { 'transfer-encoding': 'chunked' });
      return beginning(refused(request, 413, 'request-too-large'));
    },
  ],
  [
    '22',
    'a header of 64 KB',
    async () =>
      refused(asking('{}', { authorization: 'A'.repeat(65_536) }), 431, 'header-too-large'),
  ],
  ['23a', 'a lone surrogate', body((json) => json.replace('"popup"', '"\\ud800"'))],
  ['23b', 'a lone surrogate in a charge request', requestText('{"amount":"\\ud800"}')],
  ['24a', 'a NUL', charge({ description: 'a\0b' })],
  [
    '24b',
    'a NUL in a realm',
    async (target) => malformed(paying(await loose(target, { rlm: 'a\0' }))),
  ],
  ['25a', 'invalid UTF-8', body((json) => Uint8Array.of(...utf8(json), 0xff))],
  ['25b', 'invalid UTF-8 in a charge request', requestText(Uint8Array.of(0x7b, 0xff, 0x7d))],
  ['26a', 'a byte order mark', body((json) => `\ufeff${json}`)],
  ['26b', 'a byte order mark in a charge request', requestText('\ufeff{}')],
  ['27', 'a bidi override', described('ab\u202ecd', 'abcd')],
  ['28', 'a zero-width space', described('a\u200bb', 'ab')],
  [
    '29a',
    '1,000 emoji',
    asked(({ client }) => ({ client: { ...client, display: { name: '🎈'.repeat(1_000) } } }), {
      input: '🎈🎈',
    }),
  ],
  [
    '29b',
    '10,000 emoji',
    async () => refused(asking('🎈'.repeat(10_000)), 413, 'request-too-large'),
  ],
  ['30', 'a script', described('<script>alert(1)</script>', '<script>alert(1)</script>')],
  ['31a', 'a line break in a text', described('a\r\nSet-Cookie: b=c', 'aSet-Cookie: b=c')],
  ['31b', 'a line break in a reference', charge({ externalId: 'a\r\nSet-Cookie: b=c' }, 'b=c')],
  [
    '34',
    'unknown claims',
    async (target) => ({
      sent: requestBytes(paying(await loose(target, { color: 'blue' }))),
      status: 200,
      says: 'An article',
    }),
  ],
  ['35a', 'padding', jws((text) => `${text}=`)],
  ['35b', 'a plus', jws((text) => text.replace(/.$/, '+'))],
  ['35c', 'a slash', jws((text) => text.replace(/.$/, '/'))],
  ['35d', 'a space', jws((text) => `${text} `)],
  ['35e', 'an asterisk', jws((text) => text.replace('.', '.*'))],
  ['35f', 'a length no bytes have', jws((text) => `${text}AAA`)],
  ['35g', 'tail bits that aren’t zero', jws((text) => text.replace(/.$/, 'B'))],
  ['36a', 'nothing', async () => malformed(paying(''))],
  ['36b', 'two parts', jws((text) => text.slice(0, text.lastIndexOf('.')))],
  ['36c', 'two intents', jws((text) => `${text},${text}`)],
  ['36d', 'more than a signed object can have', jws((text) => text.padEnd(4_097, 'A'))],
  [
    '37',
    'an empty challenge id',
    async (target) => malformed(paying(await loose(target, { cid: '' }))),
  ],
  [
    '40',
    'another payee’s charge',
    async (target) => {
      const recipient = payeeUrl(issuer, 'busker');
      const text = await intent(target, { charge: chargeOf({ recipient }) });
      return refused(paying(text), 402, 'verification-failed');
    },
  ],
  ...Object.entries({
    aud: 'https://other.example',
    gnt: 'gnt_another_one',
    cid: 'chal_another_one',
    rlm: 'evil.example',
    req: encodeChargeRequest(chargeOf({ amount: '1' })),
    exp: 1_795_444_440,
  }).map(([claim, value], i): Row => [
    `42${letter(i)}`,
    `an edited ${claim}`,
    claim === 'gnt'
      ? async (target) => ({
          ...(await edited({ gnt: value })(target)),
          status: 403,
          code: 'grant-unknown',
        })
      : edited({ [claim]: value }),
  ]),
  [
    '43',
    'another body than the one that was signed',
    // Nothing was approved under this reference, which is all anyone may learn.
    proved(JSON.stringify({ interact_ref: 'y'.repeat(43) }), 403, 'approval-pending'),
  ],
  ['44', 'no body where one was signed', proved('', 400, 'malformed-request')],
  ['45', 'an end in the past', timed({ iat: -180, exp: -120 })],
  ['46', 'an end at this second, skew spent', timed({ iat: -120, exp: -60 })],
  ['47', 'a day that doesn’t exist', dated('2026-02-30T00:00:00Z')],
  ['48', 'a time without a zone', dated('2027-01-01T00:00:00')],
  ['49', 'a leap second', dated('2026-12-31T23:59:60Z')],
  ['50a', 'the year 275760', timed({ iat: 8_638_000_000_000, exp: 8_638_000_000_060 })],
  ['50b', 'a time no integer holds', dated(1e21)],
  ['51', 'S + L', mutated('S + L')],
  ['52a', 'a small-order key', withKey(`AQ${'A'.repeat(41)}`)],
  ['52b', 'a key of order 8', withKey('xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o')],
  ['53', 'the zero key', withKey('A'.repeat(43))],
  ['54a', 'a signature of 63 bytes', mutated('63 bytes', 400, 'malformed-request')],
  ['54b', 'a signature of 65 bytes', mutated('65 bytes', 400, 'malformed-request')],
  [
    '55',
    'a signature only ZIP 215 knows: a non-canonical R',
    mutated('R = identity, spelled p + 1'),
  ],
  [
    '65a',
    'a known id with another amount',
    async (target) => {
      const { wallet, reader } = target;
      const { cid } = reader.page;
      await pay(wallet, reader, { cid });
      const text = await intent(target, { cid, charge: chargeOf({ amount: '3' }) });
      return refused(paying(text), 409, 'id-reused');
    },
  ],
  [
    '65b',
    'a known id with another payee',
    async (target) => {
      const { wallet, reader } = target;
      const { cid } = reader.page;
      await pay(wallet, reader, { cid });
      const recipient = payeeUrl(issuer, 'busker');
      const text = await intent(target, { cid, charge: chargeOf({ recipient }) });
      return refused(paying(text), 402, 'verification-failed');
    },
  ],
  ...returns.flatMap(([name, uri], i): Row[] =>
    (['message', 'redirect'] as const).map((method) => [
      `74${letter(i)}-${method}`,
      `a return by ${method} to ${name}`,
      asked(
        ({ interact }) => ({
          interact: { ...interact, finish: { ...interact.finish, method, uri } },
        }),
        { input: uri },
      ),
    ]),
  ),
  [
    '76a',
    'a malformed Host',
    wire('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400, 'malformed-request'),
  ],
  ['76b', 'no Host', wire('GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed-request')],
  [
    '77a',
    'two lengths',
    wire(
      'POST /pay HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed-request',
    ),
  ],
  [
    '77b',
    'a length twice',
    wire(
      'POST /pay HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
      400,
      'malformed-request',
    ),
  ],
  ['79a', 'a clock ten years behind', timed({ iat: -315_360_000, exp: -315_359_940 })],
  ['79b', 'a clock ten years ahead', timed({ iat: 315_360_000, exp: 315_360_060 })],
  ...periods.map((period, i): Row => [
    `80${letter(i)}`,
    `a period ${period}`,
    asked(
      ({ access_token }) => ({
        access_token: {
          access: access_token.access.map((access) => ({
            ...access,
            limits: { perPeriod: { amount: '1000000', period } },
          })),
        },
      }),
      { input: `"${period}"` },
    ),
  ]),
];
