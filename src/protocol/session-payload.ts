/** What a credential of intent `session` may ask of the payee's server. */
import * as v from 'valibot';
import { maxJwsLength } from './jws.ts';
import { id, shaped } from './shape.ts';

const jws = v.pipe(v.string(), v.maxLength(maxJwsLength));

const schema = v.variant('action', [
  /** The first tap: the grant tells the key, the deposit and until when */
  v.object({ action: v.literal('open'), grant: jws, voucher: jws }),
  /** A further tap; with a grant where the deposit grew on the way */
  v.object({
    action: v.literal('voucher'),
    sessionId: id,
    voucher: jws,
    grant: v.optional(jws),
  }),
  /** A larger deposit, nothing bought */
  v.object({ action: v.literal('topUp'), sessionId: id, grant: jws }),
  /** Takes a tap back. `proof` is the session key's word for it: whoever only saw the tap can't. */
  v.object({ action: v.literal('undo'), sessionId: id, tap: id, proof: jws }),
  /** The payer is done: please settle and let the rest go */
  v.object({ action: v.literal('close'), sessionId: id, proof: jws }),
]);

export type SessionPayload = v.InferOutput<typeof schema>;
export type SessionAction = SessionPayload['action'];

/** @throws Problem `malformed-credential` */
export const sessionPayloadFrom = (payload: Record<string, unknown>): SessionPayload =>
  shaped(schema, payload, 'malformed-credential');
