/** Hostile inputs at a wallet's addresses of sessions, in the style of wallet-rows.ts: calls that are refused whole. */
import {
  authorizeCall,
  base64url,
  callerFrom,
  utf8,
  type ProblemCode,
  type Signer,
} from '../../src/protocol/index.ts';
import { newId } from '../../wallet/src/ids.ts';
import { mutations } from '../protocol/eddsa-mutations.ts';
import { grantIn, open, topUp, voucher } from '../wallet/session-support.ts';
import { issuer, newKey, site } from '../wallet/support.ts';
import {
  amounts,
  beginning,
  keys,
  letter,
  malformed,
  refused,
  type Hostile,
  type Row,
  type Target,
} from './wallet-rows.ts';
import type { WireRequest } from './wire.ts';

/** A call under a good proof by a key, of whatever is sent. */
async function calling(
  { wallet }: Target,
  key: Signer,
  call: { method?: 'GET' | 'POST'; path: string; body: string | Uint8Array; signed?: string },
  iat = wallet.clock.now,
): Promise<WireRequest> {
  const { method = 'POST', path, body } = call;
  const bytes = typeof body === 'string' ? utf8(call.signed ?? body) : Uint8Array.from(body);
  const proof = { method, url: issuer + path, body: bytes, iat, jti: newId(wallet, 'con') };
  const authorization = await authorizeCall(proof, key);
  const headers = { origin: site, 'content-type': 'application/json', authorization };
  return { method, path, headers, body };
}

const json = (value: unknown): string => JSON.stringify(value);

/** The one session of the page; the wallet answers it each time. */
const sidOf = async ({ wallet, reader }: Target): Promise<string> =>
  grantIn(await open(wallet, reader, 100_000n)).jti;

const holding = async (target: Target, body: string | Uint8Array): Promise<WireRequest> =>
  calling(target, target.reader.page.key, { path: '/sessions', body });

const growing = async (target: Target, body: object): Promise<WireRequest> => {
  const path = `/sessions/${await sidOf(target)}/topup`;
  return calling(target, target.reader.page.key, { path, body: json(body) });
};

const settling = async (target: Target, body: string | Uint8Array): Promise<WireRequest> =>
  calling(target, target.seller, { path: '/settlements', body });

/** A settlement that would be good, as text. */
async function goodSettlement(target: Target, changes: object = {}): Promise<string> {
  const text = await voucher(target.reader, await sidOf(target), 20_000n);
  return json({ lines: [{ voucher: text, claim: '20000' }], ...changes });
}

const settled =
  (change: (good: string) => string | Uint8Array, more: Partial<Hostile> = {}) =>
  async (target: Target): Promise<Hostile> =>
    malformed(await settling(target, change(await goodSettlement(target))), more);

const item = (change: object) => async (target: Target) => {
  const one = {
    sid: await sidOf(target),
    tap: 'tap_12345678',
    amount: '20000',
    reason: 'tapped',
    at: target.wallet.clock.now,
    ...change,
  };
  return malformed(await settling(target, json({ lines: [], items: [one] })));
};

const grown =
  (body: object, status = 400, code: ProblemCode = 'malformed-request') =>
  async (target: Target): Promise<Hostile> =>
    refused(await growing(target, body), status, code);

/** Good in all but its time. */
const timed =
  (offset: number) =>
  async (target: Target): Promise<Hostile> => {
    const call = { path: '/settlements', body: await goodSettlement(target) };
    const at = target.wallet.clock.now + offset;
    return refused(await calling(target, target.seller, call, at), 401, 'proof-invalid');
  };

/** A call whose signature is made by hand, under the page's own key. */
const mutated =
  (name: string) =>
  async (target: Target): Promise<Hostile> => {
    const craft = mutations.find(([known]) => known === name)?.[1];
    if (!craft) throw new Error(`no mutation is called ${name}`);
    const body = json({ gnt: target.reader.grantId, amount: '1' });
    const request = await holding(target, body);
    const [head = '', claims = ''] = request.headers?.['authorization']?.slice(9).split('.') ?? [];
    const { signature } = craft(target.seed, utf8(`${head}.${claims}`));
    const authorization = `Micropay ${head}.${claims}.${base64url(signature)}`;
    return refused(
      { ...request, headers: { ...request.headers, authorization } },
      401,
      'proof-invalid',
    );
  };

/** The page's own call, by another key: a payee's, a stranger's. */
const byAnother =
  (key: (target: Target) => Promise<Signer>) =>
  async (target: Target): Promise<Hostile> => {
    const call = { path: '/sessions', body: json({ gnt: target.reader.grantId, amount: '1' }) };
    return refused(await calling(target, await key(target), call), 401, 'proof-invalid');
  };

export const sessionRows: readonly Row[] = [
  ...amounts.flatMap(([id, name, amount]): Row[] => [
    [
      `${id}-hold`,
      `${name}, to be held`,
      async (target) =>
        malformed(await holding(target, json({ gnt: target.reader.grantId, amount }))),
    ],
    [`${id}-topup`, `${name}, on top`, grown({ seq: 1, amount })],
    // Nothing may well be claimed: what was given up.
    ...(amount === '0'
      ? []
      : ([
          [
            `${id}-claim`,
            `${name}, claimed`,
            async (target) => {
              const text = await voucher(target.reader, await sidOf(target), 20_000n);
              const lines = [{ voucher: text, claim: amount }];
              return malformed(await settling(target, json({ lines })));
            },
          ],
          [`${id}-item`, `${name}, told of a tap`, item({ amount })],
        ] satisfies Row[])),
  ]),
  [
    '17-settled',
    'a repeated key in a settlement',
    settled((good) => good.replace('{', '{"lines":[],')),
  ],
  ...keys.map((key, i): Row => [
    `18${letter(i)}-settled`,
    `a key called ${key}, in a settlement`,
    settled((good) => good.replace('{', `{"${key}":{"isAdmin":true},`), { input: 'isAdmin' }),
  ]),
  [
    '19-settled',
    'depth 10,000, in a settlement',
    settled(() => '['.repeat(10_000) + ']'.repeat(10_000)),
  ],
  [
    '20-settled',
    'an array of a million, in a settlement',
    settled(() => `{"lines":[${'0,'.repeat(999_999)}0]}`),
  ],
  [
    '21-settled',
    'a settlement of 10 MB',
    async (target) => {
      const body = new Uint8Array(10_000_000);
      return beginning(refused(await settling(target, body), 413, 'request-too-large'));
    },
  ],
  [
    '21-stranger',
    'a settlement of 10 MB by nobody’s key: not even read',
    async (target) => {
      const call = { path: '/settlements', body: new Uint8Array(10_000_000) };
      const request = await calling(target, await newKey(target.wallet.random), call);
      return beginning(refused(request, 401, 'proof-invalid'));
    },
  ],
  [
    '23-settled',
    'a lone surrogate in a title',
    settled((good) => good.replace('{', '{"x":"\\ud800",')),
  ],
  ['24-settled', 'a NUL in a title', item({ title: 'a\0b' })],
  [
    '25-settled',
    'invalid UTF-8 in a settlement',
    settled((good) => Uint8Array.of(...utf8(good), 0xff)),
  ],
  ['26-settled', 'a byte order mark before a settlement', settled((good) => `\ufeff${good}`)],
  ['29-settled', '1,000 emoji in a title', item({ title: '🎈'.repeat(1_000) })],
  [
    '36-settled',
    'two proofs',
    async (target) => {
      const request = await settling(target, await goodSettlement(target));
      const one = request.headers?.['authorization'] ?? '';
      const headers = { ...request.headers, authorization: `${one}, ${one}` };
      return refused({ ...request, headers }, 401, 'proof-invalid');
    },
  ],
  [
    '37-held',
    'an empty approval',
    async (target) => malformed(await holding(target, json({ gnt: '', amount: '1' }))),
  ],
  [
    '43-held',
    'another hold than the one that was signed',
    async (target) => {
      const { grantId: gnt, page } = target.reader;
      const signed = json({ gnt, amount: '1' });
      const body = json({ gnt, amount: '100000' });
      const request = await calling(target, page.key, { path: '/sessions', body, signed });
      return refused(request, 401, 'proof-invalid');
    },
  ],
  [
    '43-settled',
    'another settlement than the one that was signed',
    async (target) => {
      const body = await goodSettlement(target);
      const call = { path: '/settlements', body, signed: '{"lines":[]}' };
      return refused(await calling(target, target.seller, call), 401, 'proof-invalid');
    },
  ],
  [
    '44-settled',
    'no settlement where one was signed',
    async (target) => {
      const call = { path: '/settlements', body: '', signed: await goodSettlement(target) };
      return refused(await calling(target, target.seller, call), 401, 'proof-invalid');
    },
  ],
  ['45-settled', 'a call of two minutes ago', timed(-121)],
  ['46-settled', 'a call that ends at this second, skew spent', timed(-120)],
  ['47-settled', 'a tap on a day that doesn’t exist', item({ at: '2026-02-30T00:00:00Z' })],
  ['50-settled', 'a call of the year 275760', timed(8_638_000_000_000)],
  ...(['S + L', '63 bytes', '65 bytes', 'R = identity, spelled p + 1'] as const).map(
    (name, i): Row => [
      `${['51', '54', '54', '55'][i]}-held${letter(i)}`,
      `a call signed with ${name}`,
      mutated(name),
    ],
  ),
  ['60a', 'a top-up that leaves out a number', grown({ seq: 5, amount: '1' })],
  ['60b', 'a top-up of a number no integer holds', grown({ seq: 2 ** 53, amount: '1' })],
  ['60c', 'a top-up of half a number', grown({ seq: 1.5, amount: '1' })],
  ['60d', 'a top-up of a number in letters', grown({ seq: '1', amount: '1' })],
  ['60e', 'a top-up of minus one', grown({ seq: -1, amount: '1' })],
  [
    '60f',
    'a top-up of all there is',
    grown({ seq: 1, amount: '999999999999999999' }, 403, 'cap-reached'),
  ],
  [
    '65-topup',
    'a known number with another amount',
    async (target) => {
      await topUp(target.wallet, target.reader, await sidOf(target), { seq: 1, amount: '50000' });
      return refused(await growing(target, { seq: 1, amount: '50001' }), 409, 'id-reused');
    },
  ],
  ['79-behind', 'a payee’s clock ten years behind', timed(-315_360_000)],
  ['79-ahead', 'a payee’s clock ten years ahead', timed(315_360_000)],
  ['79-little', 'a payee’s clock ten minutes ahead', timed(600)],
  ['42-stranger', 'a stranger’s proof', byAnother(({ wallet }) => newKey(wallet.random))],
  ['42-payee', 'a payee’s proof for a page’s call', byAnother(async ({ seller }) => seller)],
  [
    '42-page',
    'a page’s proof for a payee’s call',
    async (target) => {
      const call = { path: '/settlements', body: await goodSettlement(target) };
      const request = await calling(target, target.reader.page.key, call);
      const caller = callerFrom(request.headers?.['authorization']);
      if (caller !== target.reader.page.key.kid) throw new Error('It names another key.');
      return refused(request, 401, 'proof-invalid');
    },
  ],
];
