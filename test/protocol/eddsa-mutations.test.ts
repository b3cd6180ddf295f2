/** The two verifiers of a payment never disagree to the payee's loss. */
import { expect, test } from 'vitest';
import { isStrongKey, strictVerify } from '../../src/protocol/ed25519.ts';
import { jwkFrom } from '../../src/protocol/keys.ts';
import { verifierOf } from '../../src/merchant/signature.ts';
import { mutations, type Crafted } from './eddsa-mutations.ts';

const seeds = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
const message = new TextEncoder().encode('{"amt":"2"}');

async function merchantAccepts({
  publicKey,
  signature,
  message: signed,
}: Crafted): Promise<boolean> {
  try {
    const verify = await verifierOf(jwkFrom(publicKey));
    return await verify(publicKey, signature, signed);
  } catch {
    return false;
  }
}

const walletAccepts = async ({
  publicKey,
  signature,
  message: signed,
}: Crafted): Promise<boolean> =>
  isStrongKey(publicKey) && (await strictVerify(publicKey, signature, signed));

test('the table has thirty rows or more, each with a name of its own', () => {
  expect(new Set(mutations.map(([name]) => name)).size).toBe(mutations.length);
  expect(mutations.length).toBeGreaterThanOrEqual(30);
});

// Red without: src/merchant/signature.ts: assertStrongKey(jwk, 'verification-failed');
test.each(mutations)(
  'T23 %s: what the merchant accepts, the wallet accepts',
  async (_, craft, expected) => {
    for (const seed of seeds) {
      const signed = craft(seed, message);
      const [merchant, wallet] = [await merchantAccepts(signed), await walletAccepts(signed)];
      expect({ merchant, wallet }).not.toEqual({ merchant: true, wallet: false });
      if (expected !== 'either')
        expect({ merchant, wallet }).toEqual({
          merchant: expected === 'accepted',
          wallet: expected === 'accepted',
        });
    }
  },
);
