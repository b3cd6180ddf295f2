// The merchant's work for one charge, against one raw signature check by the same key.
import { paywall } from '../src/merchant/index.ts';
import { challengesFrom } from '../src/protocol/challenge.ts';
import { formatCredential } from '../src/protocol/credential.ts';
import { strictVerify } from '../src/protocol/ed25519.ts';
import { policy } from '../src/protocol/policy.ts';
import { signReceipt } from '../src/protocol/receipt.ts';
import { here, race, ratio, typical } from './measure.mjs';
import { rawVerify } from './reference/raw-verify.mjs';
import { newSigner } from './shop.mjs';

const address = 'https://news.example/articles/1';
const payee = 'https://wallet.example/~news';
const now = 1_795_435_200;

const signer = await newSigner();
const { jwk } = signer;

const pay = paywall({
  payee,
  price: { amount: '0.02', currency: 'USD' },
  secret: 'a secret for measuring, 32 characters',
  test: true,
  now: () => now * 1000,
  fetch: async () =>
    Response.json({ keys: [{ ...jwk, kid: signer.kid, alg: 'EdDSA', use: 'sig' }] }),
});
const deliver = () => new Response('content');
const ask = (authorization) =>
  pay.handle(new Request(address, { headers: authorization ? { authorization } : {} }), deliver);

let number = 0;

async function credential() {
  number += 1;
  const refused = await ask();
  const [challenge] = challengesFrom(refused.headers.get('www-authenticate'));
  const id = `pay_${String(number).padStart(12, '0')}`;
  const receipt = await signReceipt(
    {
      iss: 'https://wallet.example',
      env: 'test',
      aud: payee,
      sub: 'payer_12345678',
      jti: id,
      iat: now,
      exp: now + policy.seconds.receiptPresentable,
      amt: '2',
      cur: 'usd',
      cid: challenge.id,
      rlm: challenge.realm,
      rsn: { code: 'tapped' },
      ref: { url: `https://wallet.example/receipts/${id}` },
    },
    signer,
  );
  return { text: formatCredential({ challenge, payload: { type: 'receipt', receipt } }), receipt };
}

const answered = async (status, authorization) => {
  const answer = await ask(authorization);
  if (answer.status !== status) throw new Error(`The bench got ${answer.status}, not ${status}.`);
};

export async function measure() {
  const raw = rawVerify(jwk);
  const key = new Uint8Array(Buffer.from(jwk.x, 'base64url'));
  const bytes = async () => raw.bytesOf((await credential()).receipt);
  const { text } = await credential();
  const edited = text.slice(0, 40) + (text[40] === 'A' ? 'B' : 'A') + text.slice(41);
  const refused = (await ask(edited)).status;
  const micros = await race(here({
    raw: { prepare: bytes, work: raw.work },
    charge: {
      prepare: async () => (await credential()).text,
      work: (authorization) => answered(200, authorization),
    },
    unpaid: { work: () => answered(402) },
    edited: { work: () => answered(refused, edited) },
    strict: {
      prepare: async () => (await bytes()).map((part) => new Uint8Array(part)),
      work: ([message, signature]) => strictVerify(key, signature, message),
    },
  }));
  const figure = (what, name) => ({
    what,
    ratio: ratio(micros, name, 'raw'),
    micros: typical(micros, name),
  });
  return [
    figure('a charge: 402’s HMAC, receipt, store, cookie, answer ÷ raw check', 'charge'),
    figure('an unpaid request, answered 402 ÷ raw check', 'unpaid'),
    figure('an edited credential, refused before any signature ÷ raw check', 'edited'),
    figure('the wallet’s strict check, by noble ÷ raw check', 'strict'),
  ];
}
