/** WebCrypto's answers without its threads: the platform's own functions, at once, so that a seed always runs alike. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign,
  verify,
  type JsonWebKeyInput,
  type KeyObject,
} from 'node:crypto';

const spki = Buffer.from('302a300506032b6570032100', 'hex');
const bytes = (input: BufferSource): Buffer =>
  ArrayBuffer.isView(input)
    ? Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    : Buffer.from(input);
const keyOf = (key: unknown): KeyObject => (key as { object: KeyObject }).object;
const copy = (buffer: Buffer): ArrayBuffer => Uint8Array.from(buffer).buffer;

export function useSynchronousCrypto(): void {
  const nameOf = (algorithm: AlgorithmIdentifier) =>
    typeof algorithm === 'string' ? algorithm : algorithm.name;
  const own = {
    digest: async (_: AlgorithmIdentifier, data: BufferSource) =>
      copy(createHash('sha256').update(bytes(data)).digest()),
    importKey: async (format: string, data: unknown, algorithm: AlgorithmIdentifier) => {
      if (format === 'jwk') {
        const key = data as JsonWebKeyInput['key'];
        const input = { key, format: 'jwk' } as const;
        return { object: 'd' in key ? createPrivateKey(input) : createPublicKey(input) };
      }
      const raw = bytes(data as BufferSource);
      if (nameOf(algorithm) === 'HMAC') return { object: createSecretKey(raw) };
      const key = Buffer.concat([spki, raw]);
      return { object: createPublicKey({ key, format: 'der', type: 'spki' }) };
    },
    sign: async (algorithm: AlgorithmIdentifier, key: unknown, data: BufferSource) =>
      copy(
        nameOf(algorithm) === 'HMAC'
          ? createHmac('sha256', keyOf(key)).update(bytes(data)).digest()
          : sign(null, bytes(data), keyOf(key)),
      ),
    verify: async (_: unknown, key: unknown, signature: BufferSource, data: BufferSource) =>
      verify(null, bytes(data), keyOf(key), bytes(signature)),
  };
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(crypto.subtle, name, { value, configurable: true });
}
