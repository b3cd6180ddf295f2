// A JWS of any header and any payload text: what no signer of ours would sign.
import { base64url, utf8 } from '../../src/protocol/index.ts';
import { signers } from './world.mjs';

export const part = (text) => base64url(utf8(text));

export async function jwsOf(typ, payload, { signer = signers.wallet, header = {} } = {}) {
  const head = JSON.stringify({ alg: 'EdDSA', typ, kid: signer.kid, ...header });
  const text = `${part(head)}.${part(payload)}`;
  return `${text}.${base64url(await signer.sign(utf8(text)))}`;
}
