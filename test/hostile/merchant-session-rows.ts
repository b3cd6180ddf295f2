/**
 * Hostile inputs to a paywall that sells by session, by their ids in docs/security.md: 37 to 60, and 62 to 64. Each row
 * makes one request, under a session of its own; whoever runs the table asserts what it asserts of charges.
 */
import {
  bindChallenge,
  challengeKey,
  challengesFrom,
  type Challenge,
} from '../../src/protocol/challenge.ts';
import { formatCredential } from '../../src/protocol/credential.ts';
import { base64url, encodeJson, utf8 } from '../../src/protocol/encoding.ts';
import { signGrant, type Grant } from '../../src/protocol/grant.ts';
import type { ProblemCode } from '../../src/protocol/problem.ts';
import { signVoucher, type Voucher } from '../../src/protocol/voucher.ts';
import { mutations } from '../protocol/eddsa-mutations.ts';
import {
  grantFor,
  payee,
  secret,
  signerOf,
  startSeconds,
  wallet,
  type Shop,
} from '../merchant/support.ts';
import { deposit, price, resOf } from '../merchant/sessions/support.ts';
import type { Hostile, Site } from './merchant-rows.ts';

/** A paywall under test, and a session that was reserved for it a moment ago. */
export interface SessionSite {
  url: string;
  otherUrl: string;
  challenge: () => Promise<Challenge>;
  grant: (claims?: Partial<Grant>) => Promise<string>;
  voucher: (challenge: Challenge, claims?: Partial<Voucher>, by?: string) => Promise<string>;
  /** A request that opens the session */
  opening: (
    challenge: Challenge,
    grant: string,
    voucher: string,
    init?: RequestInit & { url?: string },
  ) => Request;
  send: (request: Request) => Promise<Response>;
}

type Row = readonly [id: string, name: string, make: (site: SessionSite) => Promise<Hostile>];

let made = 0;

export function sessionSiteAt({ url, otherUrl, send }: Site, { walletKey }: Shop): SessionSite {
  const sid = `ses_row${String((made += 1)).padStart(5, '0')}`;
  const { origin } = new URL(url);
  return {
    url,
    otherUrl,
    send,
    challenge: async () => {
      const answer = await send(new Request(url));
      const found = challengesFrom(answer.headers.get('www-authenticate') ?? '');
      const challenge = found.find(({ intent }) => intent === 'session');
      if (!challenge) throw new Error(`no session's challenge came with ${answer.status}`);
      return challenge;
    },
    grant: async (claims = {}) =>
      signGrant(
        grantFor(await signerOf('session'), {
          jti: sid,
          // Each is another person, so that nothing is owned already.
          sub: `sub_of_${sid}`,
          org: origin,
          dep: String(deposit),
          rby: startSeconds + 86_400,
          ...claims,
        }),
        walletKey,
      ),
    voucher: async (challenge, claims = {}, by = 'session') =>
      signVoucher(
        {
          sid,
          cum: String(price),
          cid: challenge.id,
          tap: `tap_${sid}`,
          res: resOf(url),
          amt: String(price),
          ...claims,
        },
        await signerOf(by),
      ),
    opening: (challenge, grant, voucher, { url: to = url, ...init } = {}) =>
      new Request(to, {
        ...init,
        headers: {
          authorization: formatCredential({
            challenge,
            payload: { action: 'open', grant, voucher },
          }),
        },
      }),
  };
}

const refused = (request: Request, code: ProblemCode, more: Partial<Hostile> = {}): Hostile => ({
  request,
  status: 402,
  code,
  ...more,
});

/** One parameter of the challenge is edited; the voucher is for the edited one. */
const edited =
  (edit: (challenge: Challenge) => Partial<Challenge>, more: Partial<Hostile> = {}) =>
  async (site: SessionSite): Promise<Hostile> => {
    const challenge = await site.challenge();
    const edits = edit(challenge);
    const cid = edits.id === '' ? challenge.id : (edits.id ?? challenge.id);
    const voucher = await site.voucher(challenge, { cid });
    const request = site.opening({ ...challenge, ...edits }, await site.grant(), voucher);
    const [input] = Object.values(edits);
    return refused(request, 'invalid-challenge', { ...(input && { input }), ...more });
  };

const expires = (time: string, status: number, code: ProblemCode) =>
  edited(() => ({ expires: time }), { status, code, input: time });

/** The session's key signs something that no page should. */
const claim =
  (claims: Partial<Voucher>, code: ProblemCode = 'verification-failed', by?: string) =>
  async (site: SessionSite): Promise<Hostile> => {
    const challenge = await site.challenge();
    const voucher = await site.voucher(challenge, claims, by);
    return refused(site.opening(challenge, await site.grant(), voucher), code, { input: voucher });
  };

/** The wallet's own key signs a grant that is not for here. */
const granted =
  (
    claims: Partial<Grant>,
    code: ProblemCode = 'verification-failed',
    more: Partial<Hostile> = {},
  ) =>
  async (site: SessionSite): Promise<Hostile> => {
    const challenge = await site.challenge();
    const grant = await site.grant(claims);
    const request = site.opening(challenge, grant, await site.voucher(challenge));
    return refused(request, code, { input: grant, ...more });
  };

/** After one good tap of the same session. */
const second =
  (claims: Partial<Voucher>, answer: Pick<Hostile, 'status'> & Partial<Hostile>, to?: 'otherUrl') =>
  async (site: SessionSite): Promise<Hostile> => {
    const challenge = await site.challenge();
    const grant = await site.grant();
    const first = await site.send(site.opening(challenge, grant, await site.voucher(challenge)));
    if (first.status !== 200) throw new Error(`the first tap was answered ${first.status}`);
    const url = to ? site[to] : site.url;
    const voucher = await site.voucher(challenge, { res: resOf(url), ...claims });
    return { request: site.opening(challenge, grant, voucher, { url }), ...answer };
  };

/** A voucher whose signature is crafted. */
const mutated =
  (name: string) =>
  async (site: SessionSite): Promise<Hostile> => {
    const mutation = mutations.find(([known]) => known === name);
    if (!mutation) throw new Error(`no mutation is called ${name}`);
    const challenge = await site.challenge();
    const [head = '', payload = ''] = (await site.voucher(challenge)).split('.');
    const seed = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8('session')));
    const { signature } = mutation[1](seed, utf8(`${head}.${payload}`));
    const voucher = `${head}.${payload}.${base64url(signature)}`;
    return refused(site.opening(challenge, await site.grant(), voucher), 'verification-failed');
  };

const unsound = (x: string) => granted({ cnf: { jwk: { kty: 'OKP', crv: 'Ed25519', x } } });

/** A challenge of our own, for something else. */
const ours =
  (
    change: (challenge: Challenge) => Partial<Challenge>,
    by = secret,
    code: ProblemCode = 'invalid-challenge',
  ) =>
  async (site: SessionSite): Promise<Hostile> => {
    const { id: _, ...unbound } = await site.challenge();
    const changed = { ...unbound, ...change({ id: '', ...unbound }) };
    const challenge = await bindChallenge(changed, await challengeKey(by));
    const request = site.opening(challenge, await site.grant(), await site.voucher(challenge));
    return refused(request, code);
  };

const withBody =
  (init: RequestInit) =>
  async (site: SessionSite): Promise<Hostile> => {
    const challenge = await site.challenge();
    const voucher = await site.voucher(challenge, { res: `POST ${new URL(site.url).pathname}` });
    return refused(site.opening(challenge, await site.grant(), voucher, init), 'invalid-challenge');
  };

const good = claim({});
const other = { tap: 'tap_another0' };

export const sessionRows: readonly Row[] = [
  ['37s', 'an empty challenge id', edited(() => ({ id: '' }))],
  ['38s', 'an unknown challenge id', edited(() => ({ id: 'A'.repeat(43) }))],
  [
    '39s',
    'another class’s challenge',
    ours(() => ({ opaque: encodeJson({ scope: 'GET /videos/*' }) })),
  ],
  [
    '40s',
    'another merchant’s challenge',
    ours(() => ({}), 'the secret of another merchant, also long'),
  ],
  [
    '41s',
    'a challenge that was used: it serves a day',
    second({ ...other, cum: String(price * 2n) }, { status: 200 }, 'otherUrl'),
  ],
  ['42as', 'an edited realm', edited(() => ({ realm: 'evil.example' }))],
  [
    '42bs',
    'an edited request',
    edited(() => ({
      request: encodeJson({ amount: '1', currency: 'usd', recipient: payee, unitType: 'article' }),
    })),
  ],
  ['42cs', 'an edited expiry', edited(() => ({ expires: '2040-01-01T00:00:00Z' }))],
  ['42ds', 'an added digest', edited(() => ({ digest: 'sha-256=:AAAA:' }))],
  ['42es', 'an edited opaque', edited(() => ({ opaque: encodeJson({ scope: 'GET /*' }) }))],
  [
    '42fs',
    'a charge called a session',
    ours(() => ({ intent: 'charge' }), secret, 'invalid-challenge'),
  ],
  ['43s', 'a body no tap is for', withBody({ method: 'POST', body: 'something dear' })],
  ['44s', 'no body, by a method with one', withBody({ method: 'POST' })],
  ['45as', 'an expiry in the past', expires('2020-01-01T00:00:00Z', 402, 'invalid-challenge')],
  [
    '45bs',
    'a challenge a second after its end',
    async (site) => ({ ...(await good(site)), code: 'payment-expired', afterSeconds: 86_401 }),
  ],
  [
    '46s',
    'a challenge at the second of its end',
    async (site) => ({ ...(await good(site)), code: 'payment-expired', afterSeconds: 86_400 }),
  ],
  ['47s', 'a day that doesn’t exist', expires('2026-02-30T00:00:00Z', 400, 'malformed-request')],
  ['48s', 'a time without a zone', expires('2027-01-01T00:00:00', 400, 'malformed-request')],
  ['49s', 'a leap second', expires('2026-12-31T23:59:60Z', 400, 'malformed-request')],
  ['50s', 'the year 275760', expires('+275760-09-13T00:00:00Z', 400, 'malformed-request')],
  ['51s', 'S + L', mutated('S + L')],
  ['52s', 'a session of a small-order key', unsound(`${'A'.repeat(42)}E`)],
  ['53s', 'a session of the zero key', unsound('A'.repeat(43))],
  ['54as', 'a signature of 63 bytes', mutated('63 bytes')],
  ['54bs', 'a signature of 65 bytes', mutated('65 bytes')],
  ['55s', 'a signature only ZIP 215 knows', mutated('R = identity, spelled p + 1')],
  [
    '56a',
    'a lower voucher, for another page',
    second({ ...other, cum: '19999' }, { status: 402, code: 'payment-insufficient' }, 'otherUrl'),
  ],
  ['56b', 'a lower voucher, for a tap that is known', second({ cum: '1' }, { status: 200 })],
  ['57a', 'an equal voucher, for a tap that is known', second({}, { status: 200 })],
  [
    '57b',
    'an equal voucher, for another page',
    second(other, { status: 402, code: 'payment-insufficient' }, 'otherUrl'),
  ],
  [
    '57c',
    'a known tap, for another page',
    second({ cum: String(price * 2n) }, { status: 409, code: 'id-reused' }, 'otherUrl'),
  ],
  [
    '58',
    'a voucher above the deposit',
    claim({ cum: String(deposit + 1n) }, 'payment-insufficient'),
  ],
  [
    '59a',
    'a tap above the person’s limit for one',
    granted({ lim: { tap: '19999', day: '1000000', total: '5000000' } }, 'cap-reached', {
      status: 403,
    }),
  ],
  ['59b', 'a tap for less than the price', claim({ amt: '19999' }, 'payment-insufficient')],
  ['59c', 'a tap for more than the price', claim({ amt: '20001', cum: '20001' })],
  ['60a', 'a sum of nineteen digits', claim({ cum: '1000000000000000000' })],
  ['60b', 'a sum below nothing', claim({ cum: '-1' })],
  [
    '60c',
    'a further voucher of a session nobody opened',
    async (site) => {
      const challenge = await site.challenge();
      const voucher = await site.voucher(challenge);
      const payload = { action: 'voucher', sessionId: 'ses_nobody00', voucher };
      const authorization = formatCredential({ challenge, payload });
      return refused(new Request(site.url, { headers: { authorization } }), 'verification-failed');
    },
  ],
  [
    '62a',
    'a grant that has ended',
    granted({ rby: startSeconds - 1, exp: startSeconds - 1 }, 'session-ended', { status: 410 }),
  ],
  [
    '62b',
    'a grant in its last hour',
    granted({ rby: startSeconds + 3_599 }, 'session-ended', { status: 410 }),
  ],
  ['63a', 'a grant for another payee', granted({ aud: `${wallet}/~mallory` })],
  ['63b', 'a grant for another site', granted({ org: 'https://evil.example' })],
  ['63c', 'a grant of another wallet', granted({ iss: 'https://evil.example' })],
  ['63d', 'a grant of play money', granted({ env: 'test' }, 'test-money-refused')],
  ['63e', 'a grant in another currency', granted({ cur: 'eur-micro' })],
  ['63f', 'an approval, which reserves nothing', granted({ jti: 'gnt_12345678', dep: '0' })],
  ['63g', 'a grant of another session', granted({ jti: 'ses_87654321' })],
  [
    '64',
    'a voucher by the key of another grant',
    claim({}, 'verification-failed', 'another session'),
  ],
];
