// P1, P2, P4: a merchant's work for a tap of an open session, against one raw signature check by the same key.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { memoryStore, newPayeeKey, paywall } from '../src/merchant/index.ts';
import { offerOf } from '../src/merchant/offer.ts';
import { recogniseSession } from '../src/merchant/sessions/session-challenge.ts';
import { takeTap } from '../src/merchant/sessions/take-tap.ts';
import { offeredFrom } from '../src/merchant/sessions/voucher-offered.ts';
import { settingsFrom } from '../src/merchant/settings.ts';
import { visitFrom } from '../src/merchant/visit.ts';
import { challengesFrom } from '../src/protocol/challenge.ts';
import { credentialFrom, formatCredential } from '../src/protocol/credential.ts';
import { signGrant } from '../src/protocol/grant.ts';
import { thumbprint } from '../src/protocol/keys.ts';
import { sessionPayloadFrom } from '../src/protocol/session-payload.ts';
import { signVoucher } from '../src/protocol/voucher.ts';
import { race, ratio, rounds, typical } from './measure.mjs';

const perRound = 200;
const now = 1_795_435_200;
const wallet = 'https://wallet.example';
const payee = `${wallet}/~news`;
const site = 'https://news.example';
const price = 20_000n;
const sid = 'ses_12345678';

async function signerOf() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  const jwk = { kty, crv, x };
  return { jwk, kid: await thumbprint(jwk), sign: async (bytes) => sign(null, bytes, privateKey) };
}
const [walletKey, session] = [await signerOf(), await signerOf()];

const options = {
  payee,
  price: { amount: '0.02', currency: 'USD' },
  secret: 'a secret for measuring, 32 characters',
  sessions: { key: await newPayeeKey(), scope: 'GET /articles/*' },
  store: memoryStore(1_000_000),
  now: () => now * 1000,
  fetch: async () => Response.json({ keys: [walletKey.jwk] }),
};
const pay = paywall(options);
const total = (rounds + 1) * perRound;
const grant = await signGrant(
  {
    iss: wallet,
    env: 'live',
    aud: payee,
    sub: 'sub_12345678',
    jti: sid,
    gnt: 'gnt_12345678',
    seq: 0,
    iat: now,
    exp: now + 86_400,
    rby: now + 86_400,
    cnf: { jwk: session.jwk },
    cur: 'usd-micro',
    dep: String(price * BigInt(total * 2)),
    org: site,
    lim: { tap: '100000', day: '1000000', total: '5000000' },
  },
  walletKey,
);
const unpaid = await pay.admit(new Request(`${site}/articles/0`));
const [challenge] = challengesFrom(unpaid.response.headers.get('www-authenticate'));

let cum = 0n;
async function tapping(number, { opens = false, claims = {}, echo = challenge } = {}) {
  cum += price;
  const url = `${site}/articles/${number}`;
  const voucher = await signVoucher(
    {
      sid,
      cum: String(cum),
      cid: challenge.id,
      tap: `tap_${String(number).padStart(8, '0')}`,
      res: `GET /articles/${number}`,
      amt: String(price),
      ...claims,
    },
    session,
  );
  const payload = opens
    ? { action: 'open', grant, voucher }
    : { action: 'voucher', sessionId: sid, voucher };
  const authorization = formatCredential({ challenge: echo, payload });
  return { request: new Request(url, { headers: { authorization } }), voucher };
}

const item = { seconds: 0 };
async function whole(isAdmitted, request) {
  const admission = await pay.admit(request, item);
  if (admission.admitted !== isAdmitted) throw new Error(`It was ${admission.response?.status}.`);
}
await whole(true, (await tapping(0, { opens: true })).request);

// The check by itself: from the header's text to the tap that is taken, at an offer that stands. No Request is made, no
// receipt signed and no 402 written: those are HTTP and the answer.
const settings = settingsFrom({ ...options, store: memoryStore(1_000_000) });
const visits = new Map();
async function checking(authorization, url) {
  if (!visits.has(url)) {
    const visit = visitFrom(new Request(url), settings);
    visits.set(url, { visit, offer: await offerOf(visit, item, settings) });
  }
  return { authorization, ...visits.get(url) };
}
async function check({ authorization, visit, offer }) {
  const { challenge: echo, payload } = credentialFrom(authorization);
  const challengeExpires = await recogniseSession(echo, offer, settings);
  const { sessions } = settings;
  const { session } = offer;
  const at = { challenge: echo, challengeExpires, payload, offer, visit, settings, now, sessions, session };
  return takeTap(await offeredFrom(sessionPayloadFrom(payload), at));
}
const refusing = async (checked) => {
  try {
    await check(checked);
  } catch {
    return;
  }
  throw new Error('The bench was let in without paying.');
};
const checkOf = ({ request }) => checking(request.headers.get('authorization'), request.url);
cum = 0n;
await check(await checkOf(await tapping(0, { opens: true })));

const taps = [];
const checks = [];
for (let i = 1; i <= total; i++) {
  taps.push(await tapping(i));
  checks.push(await checkOf(taps.at(-1)));
}
const [header, payload, signature] = taps[0].voucher.split('.');
const message = Buffer.from(`${header}.${payload}`);
const signatureBytes = Buffer.from(signature, 'base64url');
const key = createPublicKey({ key: session.jwk, format: 'jwk' });

const bad = {
  challenge: { echo: { ...challenge, id: 'A'.repeat(43) } },
  over: { claims: { cum: '999999999999999999' } },
  stale: { claims: { cum: '20000' } },
};
const refused = {};
for (const [name, how] of Object.entries(bad))
  refused[name] = await checkOf(await tapping(9_000_000, how));

const times = (count, work) => async () => {
  for (let i = 0; i < count; i++) await work(i);
  return count;
};
let next = 0;
let nextWhole = 0;
const micros = await race({
  raw: times(perRound, () => verify(null, message, key, signatureBytes)),
  check: times(perRound, () => check(checks[next++])),
  whole: times(perRound, () => whole(true, taps[nextWhole++].request)),
  repeat: times(perRound, () => check(checks[0])),
  challenge: times(perRound, () => refusing(refused.challenge)),
  over: times(perRound, () => refusing(refused.over)),
  stale: times(perRound, () => refusing(refused.stale)),
});
micros.rest = micros.check.map((own, round) => Math.max(own - micros.raw[round], 0.1));

const line = (what, name) => [what, ratio(micros, name, 'raw'), typical(micros, name)];
export const lines = [
  line('P1 merchant: a voucher’s full check, taken in memory ÷ raw verify (floor 0.82)', 'check'),
  line('P2 merchant: of that, everything but the signature (floor 12 µs)', 'rest'),
  line('P4 merchant: a tap that is known ÷ raw verify (floor 8)', 'repeat'),
  line('P4 merchant: another’s challenge ÷ raw verify (floor 8)', 'challenge'),
  line('P4 merchant: above the deposit ÷ raw verify (floor 8)', 'over'),
  line('P4 merchant: nothing new signed for ÷ raw verify (floor 8)', 'stale'),
  line('merchant: a whole tap, its request read and its receipt signed ÷ raw verify', 'whole'),
];
