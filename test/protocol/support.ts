/** What the protocol's tests share: a key made in the test, and the code of what was thrown. */
import * as noble from '@noble/ed25519';
import { jwkFrom, thumbprint, type Signer } from '../../src/protocol/keys.ts';
import { Problem } from '../../src/protocol/problem.ts';

/** A signer by the seed's number: the same number is the same key. */
export async function newSigner(seed = nextSeed++): Promise<Signer> {
  const secret = new Uint8Array(32).fill(seed % 256);
  const jwk = jwkFrom(await noble.getPublicKeyAsync(secret));
  return {
    kid: await thumbprint(jwk),
    jwk,
    sign: (message) => noble.signAsync(message, secret),
  };
}
let nextSeed = 1;

/** The code of the problem that `work` throws; anything else it throws is thrown on. */
export function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
