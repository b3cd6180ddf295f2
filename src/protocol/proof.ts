/** The session key's word, for one challenge of one payee: "I am the one this belongs to". It turns evidence into access, and takes a tap back. */
import * as v from 'valibot';
import { parseJws, type Jws, signJws } from './jws.ts';
import type { Signer } from './keys.ts';
import { id, payeeSchema, seconds, shaped } from './shape.ts';

const schema = v.object({
  aud: payeeSchema,
  /** The challenge it answers, the tap it takes back, or the session it closes */
  cid: id,
  iat: seconds,
});
export type Proof = v.InferOutput<typeof schema>;

export const signProof = (proof: Proof, signer: Signer): Promise<string> =>
  signJws('micropay-proof+jwt', proof, signer);

/** @throws Problem `verification-failed` */
export function parseProof(text: unknown): { jws: Jws; proof: Proof } {
  const jws = parseJws(text, 'micropay-proof+jwt', 'verification-failed');
  return { jws, proof: shaped(schema, jws.claims, 'verification-failed') };
}
