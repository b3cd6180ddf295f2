// Every signed object, good: claims, who signs, and the JWS. Ed25519 is deterministic, so there is one right signature.
import {
  authorizeCall,
  base64url,
  encodeChargeRequest,
  sha256,
  signGrant,
  signIntent,
  signProof,
  signReceipt,
  signRefund,
  signSettlement,
  signStatement,
  signTapReceipt,
  signVoucher,
  utf8,
} from '../../src/protocol/index.ts';
import { charge, now, payee, read, signers, site, wallet } from './world.mjs';

const sub = 'payer_of_news';

export const intent = {
  iss: signers.page.kid,
  aud: wallet,
  jti: 'int_vectors_01',
  iat: now,
  exp: now + 60,
  gnt: 'gnt_vectors_01',
  cid: 'challenge_vectors_01',
  rlm: 'news.example',
  req: encodeChargeRequest(charge),
};

export const grant = {
  iss: wallet,
  env: 'test',
  aud: payee,
  sub,
  jti: 'gnt_vectors_01',
  gnt: 'gnt_vectors_01',
  seq: 0,
  iat: now,
  exp: now + 30 * 86_400,
  cnf: { jwk: signers.page.jwk },
  cur: 'usd-micro',
  dep: '0',
  org: site,
  lim: { tap: '100000', day: '1000000', total: '5000000' },
};

export const sessionGrant = {
  ...grant,
  jti: 'ses_vectors_01',
  exp: now + 86_400,
  dep: '200000',
  rby: now + 86_400,
  pks: [signers.payee.jwk.x],
};

export const receiptFor = ({ id, realm }) => ({
  iss: wallet,
  env: 'test',
  aud: payee,
  sub,
  jti: 'pay_vectors_01',
  iat: now,
  exp: now + 600,
  amt: charge.amount,
  cur: charge.currency,
  cid: id,
  rlm: realm,
  rsn: { code: 'tapped', text: charge.description },
  cnf: { jkt: signers.page.kid },
  own: { scope: read.scope, until: now + read.seconds },
  ext: charge.externalId,
  ref: { url: `${wallet}/receipts/pay_vectors_01` },
});
export const receipt = receiptFor({ id: intent.cid, realm: intent.rlm });

export const voucher = {
  sid: sessionGrant.jti,
  cum: '20000',
  cid: 'challenge_vectors_02',
  tap: 'tap_vectors_01',
  res: 'GET /articles/1',
  amt: '20000',
};

export const tapReceipt = {
  iss: payee,
  aud: wallet,
  sid: voucher.sid,
  tap: voucher.tap,
  res: voucher.res,
  amt: voucher.amt,
  cur: 'usd-micro',
  iat: now,
  und: now + 900,
};

const settlement = {
  iss: wallet,
  env: 'test',
  aud: payee,
  jti: 'set_vectors_01',
  iat: now,
  cur: 'usd-micro',
  gross: '180000',
  fee: '0',
  net: '180000',
  cnt: 1,
};

export const refund = {
  iss: wallet,
  env: 'test',
  aud: payee,
  sub,
  jti: 'rfd_vectors_01',
  iat: now + 60,
  of: receipt.jti,
  amt: '20000',
  cur: 'usd-micro',
  rsn: { code: 'refund', text: 'It was the wrong chapter.' },
};

const items = JSON.stringify([
  { tap: voucher.tap, amount: voucher.amt, reason: 'tapped', at: now },
]);
const statement = {
  iss: wallet,
  env: 'test',
  aud: payee,
  sub,
  sid: voucher.sid,
  iat: now,
  cur: 'usd-micro',
  dep: '200000',
  amt: '20000',
  back: '180000',
  und: '0',
  end: true,
  ish: base64url(await sha256(utf8(items))),
};

export const proof = { aud: payee, cid: intent.cid, iat: now };

const without = (object, ...names) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

async function listOf(about, key, sign, inputs) {
  const vectors = Object.entries(inputs).map(async ([name, input]) => ({
    name,
    key,
    input,
    output: await sign(input, signers[key]),
  }));
  return { about, vectors: await Promise.all(vectors) };
}

/** The body is text; its bytes are its UTF-8. */
export const call = {
  method: 'POST',
  url: `${wallet}/sessions`,
  body: '{"gnt":"gnt_vectors_01","amount":"200000"}',
  iat: now,
  jti: 'call_vectors_01',
};
const signCall = (input, signer) => authorizeCall({ ...input, body: utf8(input.body) }, signer);

export async function signed() {
  const get = {
    ...call,
    method: 'GET',
    url: `${wallet}/sessions/ses_vectors_01/statement`,
    body: '',
  };
  const settle = { ...call, url: `${wallet}/settlements`, body: '{"lines":[]}' };
  const tip = { ...intent, cid: 'tip_vectors_01', rlm: site };
  return {
    intents: await listOf('A page to the wallet: charge me for this.', 'page', signIntent, {
      'for a server’s challenge': intent,
      'for a page without a server': tip,
    }),
    grants: await listOf('The wallet: this key may pay this payee.', 'wallet', signGrant, {
      'an approval, for charges': grant,
      'a session': sessionGrant,
      'a session with a larger deposit': { ...sessionGrant, seq: 1, dep: '400000' },
    }),
    receipts: await listOf('The wallet: this was paid.', 'wallet', signReceipt, {
      'of a charge': receipt,
      'that says the least': {
        ...without(receipt, 'cnf', 'own', 'ext'),
        rsn: { code: 'tapped' },
      },
    }),
    refunds: await listOf('The wallet: this went back to its payer.', 'wallet', signRefund, {
      'of all, by the payee': refund,
      'of a part, by the payee': { ...refund, amt: '5000', rsn: { code: 'refund' } },
      'taken back by the payer': { ...refund, rsn: { code: 'reversal' } },
    }),
    proofs: await listOf('A page: I am the one this belongs to.', 'page', signProof, {
      'for a challenge': proof,
      'to take a tap back': { ...proof, cid: voucher.tap },
      'to close a session': { ...proof, cid: voucher.sid },
    }),
    vouchers: await listOf('A page to the payee: have so much in all.', 'page', signVoucher, {
      'the first tap': voucher,
      'a further tap': {
        ...voucher,
        cum: '40000',
        tap: 'tap_vectors_02',
        res: 'GET /articles/2?page=1',
      },
    }),
    'tap-receipts': await listOf('The payee: this tap was taken.', 'payee', signTapReceipt, {
      'that can be taken back': tapReceipt,
      'that can not': without(tapReceipt, 'und'),
    }),
    settlements: await listOf('The wallet: so much moved.', 'wallet', signSettlement, {
      'of one session': settlement,
      'with a fee': { ...settlement, fee: '1800', net: '178200' },
    }),
    statements: {
      ...(await listOf('The wallet to the payer, about a session.', 'wallet', signStatement, {
        'of a session that ended': statement,
      })),
      items,
    },
    calls: {
      about:
        'Calls of a wallet: `output` is the Authorization value for this method, address and body, by the page’s key; the settlement’s by the payee’s.',
      vectors: [
        ...(await listOf('', 'page', signCall, { 'with a body': call, 'without one': get }))
          .vectors,
        ...(await listOf('', 'payee', signCall, { 'of a payee': settle })).vectors,
      ],
    },
  };
}
