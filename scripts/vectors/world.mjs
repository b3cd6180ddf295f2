// Who signs in the vectors, when, and about whom. The keys are made of words that stand here: they are public, and worth nothing.
import { createHash } from 'node:crypto';
import * as noble from '@noble/ed25519';
import { jwkFrom, thumbprint } from '../../src/protocol/index.ts';

export const now = 1_795_435_200;
export const wallet = 'https://wallet.example';
export const payee = `${wallet}/~news`;
export const site = 'https://news.example';
export const secret = 'a public secret of test vectors, worth nothing';

const seedOf = (word) =>
  new Uint8Array(createHash('sha256').update(`micro-pay test vectors: ${word}`).digest());

async function signerOf(word) {
  const seed = seedOf(word);
  const jwk = jwkFrom(await noble.getPublicKeyAsync(seed));
  return { kid: await thumbprint(jwk), jwk, sign: (message) => noble.signAsync(message, seed) };
}

/** By name: the wallet's, a page's, the payee's, and one that nobody knows. */
export const signers = {
  wallet: await signerOf('wallet'),
  page: await signerOf('page'),
  payee: await signerOf('payee'),
  stranger: await signerOf('stranger'),
};

export const keys = {
  about:
    'Keys of the other files, made for them and public. `seed` is the private key of RFC 8032, in hex; `kid` the RFC 7638 thumbprint.',
  secret,
  keys: Object.fromEntries(
    Object.entries(signers).map(([name, { kid, jwk }]) => [
      name,
      { seed: Buffer.from(seedOf(name)).toString('hex'), kid, jwk },
    ]),
  ),
};

export const read = { scope: 'GET /articles/1', seconds: 31_536_000 };

export const charge = {
  amount: '2',
  currency: 'usd',
  recipient: payee,
  description: 'How rivers remember',
  externalId: 'order-1',
  methodDetails: { entitles: read },
};

export const session = {
  amount: '2',
  currency: 'usd',
  recipient: payee,
  unitType: 'article',
  suggestedDeposit: '40',
  description: 'Articles',
};
