// The merchant's work for one charge, against one raw signature check by the same key.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { paywall } from '../src/merchant/index.ts';
import { challengesFrom } from '../src/protocol/challenge.ts';
import { formatCredential } from '../src/protocol/credential.ts';
import { strictVerify } from '../src/protocol/ed25519.ts';
import { thumbprint } from '../src/protocol/keys.ts';
import { policy } from '../src/protocol/policy.ts';
import { signReceipt } from '../src/protocol/receipt.ts';
import { race, ratio, rounds, typical } from './measure.mjs';

const perRound = 200;
const address = 'https://news.example/articles/1';
const payee = 'https://wallet.example/~news';
const now = 1_795_435_200;

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { kty, crv, x } = publicKey.export({ format: 'jwk' });
const jwk = { kty, crv, x };
const signer = {
  jwk,
  kid: await thumbprint(jwk),
  sign: async (bytes) => sign(null, bytes, privateKey),
};

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

async function credential(number) {
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

const all = [];
for (let i = 0; i < (rounds + 1) * perRound; i++) all.push(await credential(i));

const [header, payload, signature] = all[0].receipt.split('.');
const message = Buffer.from(`${header}.${payload}`);
const signatureBytes = Buffer.from(signature, 'base64url');
const key = createPublicKey({ key: jwk, format: 'jwk' });
const rawKey = new Uint8Array(Buffer.from(x, 'base64url'));

const times = (count, work) => async () => {
  for (let i = 0; i < count; i++) await work(i);
  return count;
};
const expect = async (status, answer) => {
  if (answer.status !== status) throw new Error(`The bench got ${answer.status}, not ${status}.`);
};

let next = 0;
const edited =
  all[0].text.slice(0, 40) + (all[0].text[40] === 'A' ? 'B' : 'A') + all[0].text.slice(41);
const micros = await race({
  raw: times(perRound, () => verify(null, message, key, signatureBytes)),
  charge: times(perRound, async () => expect(200, await ask(all[next++].text))),
  unpaid: times(perRound, async () => expect(402, await ask())),
  edited: times(perRound, async () => {
    const { status } = await ask(edited);
    if (status < 400) throw new Error('The bench was let in without paying.');
  }),
  strict: times(20, () =>
    strictVerify(rawKey, new Uint8Array(signatureBytes), new Uint8Array(message)),
  ),
});

export const lines = [
  [
    'merchant: a whole paid request (402’s HMAC, receipt, store, cookie, answer) ÷ raw verify',
    ratio(micros, 'charge', 'raw'),
    typical(micros, 'charge'),
  ],
  [
    'merchant: an unpaid request, answered 402 ÷ raw verify',
    ratio(micros, 'unpaid', 'raw'),
    typical(micros, 'unpaid'),
  ],
  [
    'merchant: an edited credential, refused before any signature ÷ raw verify',
    ratio(micros, 'edited', 'raw'),
    typical(micros, 'edited'),
  ],
  [
    'wallet: strict verify by noble ÷ raw verify',
    ratio(micros, 'strict', 'raw'),
    typical(micros, 'strict'),
  ],
  ['raw verify: node:crypto with a cached key', 1, typical(micros, 'raw')],
];
