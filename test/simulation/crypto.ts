/**
 * WebCrypto's answers without its threads: the platform's own functions, at once, so that a seed always runs alike. And what was
 * computed once is not computed again, because a story asks about the same few keys and signatures thousands of times.
 */
import platform, {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  sign,
  verify,
  type JsonWebKeyInput,
  type KeyObject,
} from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { Point } from '@noble/ed25519';

const spki = Buffer.from('302a300506032b6570032100', 'hex');
const bytes = (input: BufferSource): Buffer =>
  ArrayBuffer.isView(input)
    ? Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    : Buffer.from(input);
const keyOf = (key: unknown): KeyObject => (key as { object: KeyObject }).object;
const copy = (buffer: Buffer): ArrayBuffer => Uint8Array.from(buffer).buffer;

/** Results that are remembered, of each function; then it begins anew. */
const maxKept = 20_000;

class Memory<T> {
  readonly #kept = new Map<string, T>();

  keep(name: string, value: T): T {
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(name, value);
    return value;
  }

  recall(name: string, compute: () => T): T {
    return this.#kept.get(name) ?? this.keep(name, compute());
  }
}

const text = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');

type KeyInput = { key: Uint8Array | { x?: string; d?: string }; format: string };
const nameOfInput = ({ key, format }: KeyInput): string =>
  key instanceof Uint8Array ? `${format} ${text(key)}` : `${format} ${key.x} ${key.d}`;

/** An Ed25519 key, from its bytes. */
export const publicKeyFrom = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' });

/** Preparing keys and checking signatures, by whoever asks Node for it. What was signed here is known to be good. */
function rememberPlatform(): void {
  const { createPublicKey: publicKey, createPrivateKey: privateKey, verify: check } = platform;
  const { sign: signed } = platform;
  const keys = new Memory<KeyObject>();
  /** Each key's public one, as JWK has it */
  const xs = new WeakMap<KeyObject, string>();
  const prepared = (kind: string, input: KeyInput, prepare: (input: never) => KeyObject) =>
    keys.recall(`${kind} ${nameOfInput(input)}`, () => {
      const key = prepare(input as never);
      const { x } = (key.type === 'public' ? key : publicKey(key)).export({ format: 'jwk' });
      return xs.set(key, x ?? '') && key;
    });
  const good = new Memory<boolean>();
  const nameOf = (message: Uint8Array, key: KeyObject, signature: Uint8Array): string =>
    `${xs.get(key)} ${text(signature)} ${text(message)}`;
  const own = {
    createPublicKey: (input: KeyInput | KeyObject) =>
      'format' in input ? prepared('public', input, publicKey) : publicKey(input),
    createPrivateKey: (input: KeyInput) => prepared('private', input, privateKey),
    sign: (_: null, message: Uint8Array, key: KeyObject) => {
      const signature = signed(null, message, key);
      if (xs.has(key)) good.keep(nameOf(message, key, signature), true);
      return signature;
    },
    verify: (_: null, message: Uint8Array, key: KeyObject, signature: Uint8Array) =>
      xs.has(key)
        ? good.recall(nameOf(message, key, signature), () => check(null, message, key, signature))
        : check(null, message, key, signature),
  };
  Object.assign(platform, own);
  syncBuiltinESMExports();
}

/** Whether a key is sound costs noble a millisecond each time. */
function rememberPoints(): void {
  const answers = new Memory<boolean>();
  for (const name of ['isSmallOrder', 'isTorsionFree'] as const) {
    const asked = Reflect.get(Point.prototype, name) as (this: Point) => boolean;
    Object.defineProperty(Point.prototype, name, {
      value(this: Point) {
        const { X, Y, Z } = this;
        return answers.recall(`${name} ${X} ${Y} ${Z}`, () => asked.call(this));
      },
    });
  }
  const points = new Memory<Point>();
  const from = Point.fromBytes.bind(Point);
  Point.fromBytes = (raw, zip215) =>
    points.recall(`${text(raw)} ${zip215}`, () => from(raw, zip215));
}

export function useSynchronousCrypto(): void {
  rememberPlatform();
  rememberPoints();
  const nameOf = (algorithm: AlgorithmIdentifier) =>
    typeof algorithm === 'string' ? algorithm : algorithm.name;
  const own = {
    digest: async (_: AlgorithmIdentifier, data: BufferSource) =>
      copy(createHash('sha256').update(bytes(data)).digest()),
    importKey: async (format: string, data: unknown, algorithm: AlgorithmIdentifier) => {
      if (format === 'jwk') {
        const key = data as JsonWebKeyInput['key'];
        const input = { key, format: 'jwk' } as const;
        return { object: 'd' in key ? platform.createPrivateKey(input) : createPublicKey(input) };
      }
      const raw = bytes(data as BufferSource);
      if (nameOf(algorithm) === 'HMAC') return { object: createSecretKey(raw) };
      return { object: publicKeyFrom(raw) };
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
