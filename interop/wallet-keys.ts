/** What a wallet signed, checked by the keys that it publishes. A server keeps them for an hour; here they are asked for each time. */
import * as v from 'valibot';
import {
  isStrongKey,
  jwkSchema,
  jwksSchema,
  jwksUrl,
  nativeVerify,
  Problem,
  publicKeyBytes,
  shaped,
  verifyJws,
  type Jwk,
  type Jws,
} from '../src/protocol/index.ts';

const code = 'verification-failed';

/** @param wallet its origin @throws Problem `verification-failed` */
export async function assertSignedBy(wallet: string, jws: Jws): Promise<void> {
  const published: unknown = await (await fetch(jwksUrl(wallet))).json();
  const { keys } = shaped(jwksSchema, published, code);
  const jwk: Jwk = v.parse(
    jwkSchema,
    keys.find(({ kid }) => kid === jws.kid),
  );
  if (!isStrongKey(publicKeyBytes(jwk))) throw new Problem(code);
  await verifyJws(jws, jwk, nativeVerify, code);
}
