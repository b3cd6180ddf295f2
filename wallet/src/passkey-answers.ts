/** What a browser sends back when a passkey was used: the JSON forms of WebAuthn Level 3, with bounds. */
import * as v from 'valibot';
import { id, jwkSchema } from 'micro-pay/protocol';

const bytes = (maxLength: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]*$/), v.maxLength(maxLength));

/** WebAuthn §5.1: a credential id has at most 1,023 bytes. */
const credentialId = v.pipe(bytes(1_364), v.minLength(1));
const credential = {
  id: credentialId,
  rawId: credentialId,
  type: v.literal('public-key'),
  // No extension is asked for, so none is read.
  clientExtensionResults: v.optional(
    v.pipe(
      v.unknown(),
      v.transform(() => ({})),
    ),
    {},
  ),
};

export const registrationSchema = v.object({
  ...credential,
  response: v.object({
    clientDataJSON: bytes(2_048),
    attestationObject: bytes(8_192),
    transports: v.exactOptional(
      v.pipe(v.array(v.pipe(v.string(), v.maxLength(32))), v.maxLength(8)),
    ),
  }),
});
export type Registration = v.InferOutput<typeof registrationSchema>;

export const assertionSchema = v.object({
  ...credential,
  response: v.object({
    clientDataJSON: bytes(2_048),
    authenticatorData: bytes(2_048),
    signature: bytes(1_024),
    userHandle: v.exactOptional(bytes(128)),
  }),
});
export type Assertion = v.InferOutput<typeof assertionSchema>;

/** The key of this browser; absent where WebCrypto knows no Ed25519. */
const device = v.optional(jwkSchema);

export const signUpSchema = v.object({
  id,
  response: registrationSchema,
  device,
  zone: v.pipe(v.string(), v.maxLength(64)),
});
export const signInSchema = v.object({ id, response: assertionSchema, device });
export const addSchema = v.object({ id, response: registrationSchema });

export type SignUp = v.InferOutput<typeof signUpSchema>;
export type SignIn = v.InferOutput<typeof signInSchema>;
export type Add = v.InferOutput<typeof addSchema>;
