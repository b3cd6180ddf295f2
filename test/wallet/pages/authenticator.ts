/** An authenticator in software: it makes passkeys and signs with them as WebAuthn says, truthfully or with one lie. */
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { base64url, bytesFrom, sha256, utf8 } from '../../../src/protocol/index.ts';

/** What one answer gets wrong. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  /** Not verified by fingerprint, face or PIN */
  unverified?: boolean;
  counter?: number;
  userHandle?: string;
}

const flags = { present: 1, verified: 4, attested: 64 };
const truth = { origin: 'http://localhost:8787', rpId: 'localhost' };

type Bytes = Uint8Array<ArrayBuffer>;
const joined = (...parts: Uint8Array[]): Bytes => Uint8Array.from(Buffer.concat(parts));
const uint = (value: number, size: number): Bytes =>
  Uint8Array.from({ length: size }, (_, i) => (value >> (8 * (size - 1 - i))) & 255);

export class Authenticator {
  readonly #keys = new Map<string, { key: CryptoKeyPair; user: string; counter: number }>();
  readonly #random: (size: number) => Bytes;

  constructor(random: (size: number) => Bytes) {
    this.#random = random;
  }

  /** Answers `navigator.credentials.create`. */
  async create(options: { challenge: string; user: { id: string } }, lies: Lies = {}) {
    const idBytes = this.#random(16);
    const id = base64url(idBytes);
    const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ]);
    const { user } = options;
    this.#keys.set(id, { key, user: user.id, counter: 0 });
    const attested = joined(uint(0, 16), uint(idBytes.length, 2), idBytes, await coseOf(key));
    const authData = joined(await header(flags.attested, 0, lies), attested);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return {
      ...credential(id),
      response: {
        clientDataJSON: clientData('webauthn.create', options.challenge, lies),
        attestationObject: base64url(isoCBOR.encode(attestation as never)),
        transports: ['internal'],
      },
    };
  }

  /** Answers `navigator.credentials.get`, with the last passkey made unless one is named. */
  async get(options: { challenge: string }, lies: Lies & { id?: string } = {}) {
    const id = lies.id ?? [...this.#keys.keys()].at(-1) ?? '';
    const kept = this.#keys.get(id);
    if (!kept) throw new Error('There is no such passkey.');
    kept.counter = lies.counter ?? kept.counter + 1;
    const authData = await header(0, kept.counter, lies);
    const clientDataJSON = clientData('webauthn.get', options.challenge, lies);
    const signed = joined(authData, await sha256(bytesFrom(clientDataJSON)));
    const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(ecdsa, kept.key.privateKey, signed);
    return {
      ...credential(id),
      response: {
        clientDataJSON,
        authenticatorData: base64url(authData),
        signature: base64url(der(new Uint8Array(signature))),
        userHandle: lies.userHandle ?? kept.user,
      },
    };
  }
}

const credential = (id: string) => ({
  id,
  rawId: id,
  type: 'public-key' as const,
  clientExtensionResults: {},
});

const clientData = (type: string, challenge: string, lies: Lies): string =>
  base64url(
    utf8(
      JSON.stringify({
        type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? truth.origin,
        crossOrigin: false,
      }),
    ),
  );

async function header(extra: number, counter: number, lies: Lies): Promise<Bytes> {
  const verified = lies.unverified ? 0 : flags.verified;
  const rpIdHash = await sha256(utf8(lies.rpId ?? truth.rpId));
  return joined(rpIdHash, uint(flags.present | verified | extra, 1), uint(counter, 4));
}

/** RFC 9053: an EC2 key on P-256, for ES256. */
async function coseOf({ publicKey }: CryptoKeyPair): Promise<Bytes> {
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  const key = new Map<number, number | Bytes>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytesFrom(x)],
    [-3, bytesFrom(y)],
  ]);
  return Uint8Array.from(isoCBOR.encode(key));
}

/** WebAuthn signs in DER, WebCrypto in two plain numbers. */
function der(signature: Bytes): Bytes {
  const integer = (bytes: Bytes): Bytes => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.slice(start);
    const positive = (digits[0] ?? 0) > 127 ? joined(uint(0, 1), digits) : digits;
    return joined(Uint8Array.of(2, positive.length), positive);
  };
  const both = joined(integer(signature.slice(0, 32)), integer(signature.slice(32)));
  return joined(Uint8Array.of(0x30, both.length), both);
}
