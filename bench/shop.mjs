// A payee's server that sells by session, in memory, and a reader with a session open who taps: what the merchant's parts of the bench share.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { memoryStore, newPayeeKey, paywall } from '../src/merchant/index.ts';
import { encodedText } from '../src/merchant/native.ts';
import { offerOf } from '../src/merchant/offer.ts';
import { paymentReceipt, tapReceipt } from '../src/merchant/sessions/payment-receipt.ts';
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

const start = 1_795_435_200;
const wallet = 'https://wallet.example';
const payee = `${wallet}/~news`;
const sid = 'ses_12345678';
const day = 86_400;

export const price = 20_000n;
export const path = '/articles/1';
/** Each request is paid for, so that each tap of the bench is a new one. */
export const item = { seconds: 0 };

export async function newSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  const jwk = { kty, crv, x };
  return { jwk, kid: await thumbprint(jwk), sign: async (bytes) => sign(null, bytes, privateKey) };
}

/** @param site origin of the shop */
export async function openShop(site = 'https://news.example') {
  const [walletKey, reader] = [await newSigner(), await newSigner()];
  let now = start;
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
  const settings = settingsFrom(options);
  const grant = await signGrant(
    {
      iss: wallet,
      env: 'live',
      aud: payee,
      sub: 'sub_12345678',
      jti: sid,
      gnt: 'gnt_12345678',
      seq: 0,
      iat: start,
      exp: start + 2 * day,
      rby: start + 2 * day,
      cnf: { jwk: reader.jwk },
      cur: 'usd-micro',
      dep: String(price * 1_000_000n),
      org: site,
      lim: { tap: '100000', day: '1000000', total: '5000000' },
    },
    walletKey,
  );
  const challengeNow = async () => {
    const unpaid = await pay.admit(new Request(site + path));
    return challengesFrom(unpaid.response.headers.get('www-authenticate'))[0];
  };
  const expired = await challengeNow();
  now += day;
  const challenge = await challengeNow();
  let cum = 0n;

  /**
   * A tap that wasn't there before, signed by the reader.
   * @param how `opens` the session, `units` it signs for, other `claims` of the voucher, another challenge to `echo`, what
   *   `becomes` of it on the way
   */
  async function tapping({ opens = false, units = 1n, claims = {}, echo = challenge, becomes } = {}) {
    // Only what will be taken: else there were room for what is to be refused.
    const isGood = !becomes && echo === challenge && claims.cum === undefined;
    if (isGood) cum += price * units;
    const signed = await signVoucher(
      {
        sid,
        cum: String(isGood ? cum : cum + price),
        cid: echo.id,
        tap: `tap_${randomBytes(12).toString('base64url')}`,
        res: `GET ${path}`,
        amt: String(price),
        ...claims,
      },
      reader,
    );
    const voucher = becomes ? becomes(signed) : signed;
    const payload = opens
      ? { action: 'open', grant, voucher }
      : { action: 'voucher', sessionId: sid, voucher };
    // In one piece, as a parser of HTTP hands it over.
    const authorization = Buffer.from(formatCredential({ challenge: echo, payload })).toString();
    return { voucher, authorization };
  }

  const visit = visitFrom(new Request(site + path), settings);
  const offer = await offerOf(visit, item, settings);
  const { session } = offer;
  const { sessions } = settings;

  /**
   * The check by itself: from the header's text to the tap that is taken, at an offer that stands. No Request is made, no
   * receipt signed and no 402 written: those are HTTP and the answer.
   * @returns the tap @throws Problem
   */
  async function check(authorization) {
    const { challenge: echo, payload } = credentialFrom(authorization);
    const challengeExpires = await recogniseSession(echo, offer, settings);
    const at = { challenge: echo, challengeExpires, payload, offer, visit, settings, now, sessions, session };
    const { tap } = await takeTap(offeredFrom(sessionPayloadFrom(payload), at));
    sessions.deliveries.done(tap);
    return tap;
  }
  /** The `Payment-Receipt` of a tap. */
  const receiptOf = async (tap) =>
    encodedText(await paymentReceipt(tapReceipt(tap, session.currency, sessions), sessions));
  return {
    reader,
    pay,
    challenge,
    /** One of yesterday */
    expired,
    tapping,
    check,
    receiptOf,
    /** From now on every signature is good: what is left of a check is everything but that. The session is open by then. */
    believe: () => void (sessions.grants.read(grant).verify = () => true),
  };
}
