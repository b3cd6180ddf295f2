/** What a credential of intent `session` may ask of the payee's server. */
import * as v from 'valibot';
import { maxJwsLength } from './jws.ts';
import { Problem } from './problem.ts';
import { id, shaped } from './shape.ts';

const jws = v.pipe(v.string(), v.maxLength(maxJwsLength));

const shapes = {
  /** The first tap: the grant tells the key, the deposit and until when */
  open: v.object({ action: v.literal('open'), grant: jws, voucher: jws }),
  /** A further tap; with a grant where the deposit grew on the way */
  voucher: v.object({
    action: v.literal('voucher'),
    sessionId: id,
    voucher: jws,
    grant: v.optional(jws),
  }),
  /** A larger deposit, nothing bought */
  topUp: v.object({ action: v.literal('topUp'), sessionId: id, grant: jws }),
  /** Takes a tap back. `proof` is the session key's word for it: whoever only saw the tap can't. */
  undo: v.object({ action: v.literal('undo'), sessionId: id, tap: id, proof: jws }),
  /** The payer is done: please settle and let the rest go */
  close: v.object({ action: v.literal('close'), sessionId: id, proof: jws }),
} as const;

export type SessionAction = keyof typeof shapes;
export type SessionPayload = v.InferOutput<(typeof shapes)[SessionAction]>;

const isAction = (action: unknown): action is SessionAction =>
  typeof action === 'string' && Object.hasOwn(shapes, action);

/** @throws Problem `malformed-credential` */
export function sessionPayloadFrom(payload: Record<string, unknown>): SessionPayload {
  const { action } = payload;
  if (!isAction(action)) throw new Problem('malformed-credential');
  return shaped(shapes[action], payload, 'malformed-credential');
}
