/**
 * Ed25519 signatures crafted to tell two verifiers apart: what the merchant accepts under a sound key, the wallet must accept.
 * Names and ideas after RFC 8032, “Taming the many EdDSAs” (Chalkias and others, 2020) and ZIP 215.
 */
import { createHash } from 'node:crypto';
import { Point, utils } from '@noble/ed25519';
import * as noble from '@noble/ed25519';

noble.hashes.sha512 = (message) => new Uint8Array(createHash('sha512').update(message).digest());

export interface Crafted {
  publicKey: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
  message: Uint8Array<ArrayBuffer>;
}

/** `either`: RFC 8032 leaves it open; then only the order of the two verifiers counts. */
export type Expected = 'accepted' | 'refused' | 'either';

export type Mutation = readonly [
  name: string,
  craft: (seed: Uint8Array, message: Uint8Array) => Crafted,
  expected: Expected,
];

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const prime = 2n ** 255n - 19n;

const littleEndian = (value: bigint): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
const numberFrom = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const modulo = (value: bigint): bigint => ((value % order) + order) % order;
const concat = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const hashed = (...parts: Uint8Array[]): bigint =>
  modulo(
    numberFrom(
      createHash('sha512')
        .update(concat(...parts))
        .digest(),
    ),
  );

interface Making {
  /** Secret scalar and public key */
  a: bigint;
  A: Uint8Array;
  r: bigint;
  R: Uint8Array;
  S: bigint;
  message: Uint8Array;
}

function made(seed: Uint8Array, message: Uint8Array): Making {
  const { scalar: a, prefix, pointBytes: A } = utils.getExtendedPublicKey(seed);
  const r = hashed(prefix, message);
  const R = Point.BASE.multiply(r).toBytes();
  return { a, A, r, R, S: modulo(r + hashed(R, A, message) * a), message };
}

const crafted = ({ A, message }: Making, R: Uint8Array, S: Uint8Array): Crafted => ({
  publicKey: concat(A),
  signature: concat(R, S),
  message: concat(message),
});

/** A mutation of the finished signature. */
const changed =
  (change: (signature: Uint8Array) => Uint8Array): Mutation[1] =>
  (seed, message) => {
    const making = made(seed, message);
    const signature = concat(change(concat(making.R, littleEndian(making.S))));
    return { ...crafted(making, making.R, littleEndian(making.S)), signature };
  };

const flipped = (bit: number): Mutation[1] =>
  changed((signature) =>
    signature.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
  );

/** Another S for the same R. */
const withS =
  (change: (S: bigint) => bigint): Mutation[1] =>
  (seed, message) => {
    const making = made(seed, message);
    return crafted(making, making.R, littleEndian(change(making.S)));
  };

/** R is given, and S made so that the equation holds up to R's small-order part: S = k·a. */
const withSmallR =
  (R: Uint8Array): Mutation[1] =>
  (seed, message) => {
    const making = made(seed, message);
    return crafted(making, R, littleEndian(modulo(hashed(R, making.A, message) * making.a)));
  };

const otherMessage =
  (change: (message: Uint8Array) => Uint8Array): Mutation[1] =>
  (seed, message) => {
    const making = made(seed, message);
    return {
      ...crafted(making, making.R, littleEndian(making.S)),
      message: concat(change(message)),
    };
  };

/** Another key with its own equation: R = identity and S = 0 hold under every small-order key. */
const withKey =
  (publicKey: Uint8Array): Mutation[1] =>
  (_seed, message) => ({
    publicKey: concat(publicKey),
    signature: concat(littleEndian(1n), littleEndian(0n)),
    message: concat(message),
  });

/** A point of order 8; its multiples are all eight of small order. */
const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const smallOrder = Array.from({ length: 8 }, (_, i) =>
  i === 0 ? Point.ZERO : Array.from({ length: i }, () => torsion).reduce((sum, p) => sum.add(p)),
);

const mixedR: Mutation[1] = (seed, message) => {
  const making = made(seed, message);
  const R = Point.fromBytes(making.R).add(torsion).toBytes();
  return crafted(
    making,
    R,
    littleEndian(modulo(making.r + hashed(R, making.A, message) * making.a)),
  );
};

/** A key with a small-order part, and a nonce sought until that part falls out of the equation: a plain check says yes. */
const mixedKey: Mutation[1] = (seed, message) => {
  const { a, A } = made(seed, message);
  const mixed = Point.fromBytes(A).add(torsion).toBytes();
  for (let r = 2n; ; r++) {
    const R = Point.BASE.multiply(r).toBytes();
    const k = hashed(R, mixed, message);
    const S = modulo(r + k * a);
    if (k % 8n === 0n) return crafted({ a, A: mixed, r, R, S, message }, R, littleEndian(S));
  }
};

const dom2 = new TextEncoder().encode('SigEd25519 no Ed25519 collisions\x01\x00');
const prehashed: Mutation[1] = (seed, message) => {
  const making = made(seed, message);
  const S = modulo(making.r + hashed(dom2, making.R, making.A, message) * making.a);
  return crafted(making, making.R, littleEndian(S));
};

export const mutations: readonly Mutation[] = [
  ['a good signature', changed((signature) => signature), 'accepted'],
  ['S + L', withS((S) => S + order), 'refused'],
  ['S + 2L', withS((S) => S + 2n * order), 'refused'],
  ['S + 8L', withS((S) => S + 8n * order), 'refused'],
  ['S = L', withS(() => order), 'refused'],
  ['S = L − 1', withS(() => order - 1n), 'refused'],
  ['S = 0', withS(() => 0n), 'refused'],
  ['S = 2^256 − 1', withS(() => 2n ** 256n - 1n), 'refused'],
  ['S with its highest bit set', withS((S) => S | (1n << 255n)), 'refused'],
  ['S with bit 253 set', withS((S) => S | (1n << 253n)), 'refused'],
  ['−S', withS((S) => modulo(-S)), 'refused'],
  ...[0, 7, 128, 254, 255, 256, 300, 507].map(
    (bit) => [`bit ${bit} flipped`, flipped(bit), 'refused'] as const,
  ),
  ['R and S swapped', changed((s) => concat(s.slice(32), s.slice(0, 32))), 'refused'],
  ['63 bytes', changed((s) => s.slice(0, 63)), 'refused'],
  ['65 bytes', changed((s) => concat(s, new Uint8Array(1))), 'refused'],
  ['no bytes', changed(() => new Uint8Array()), 'refused'],
  ['64 zero bytes', changed(() => new Uint8Array(64)), 'refused'],
  ['twice the signature', changed((s) => concat(s, s)), 'refused'],
  [
    'a message one bit away',
    otherMessage((m) => concat(Uint8Array.of((m[0] ?? 0) ^ 1), m.slice(1))),
    'refused',
  ],
  ['a message cut short', otherMessage((m) => m.slice(0, -1)), 'refused'],
  ['a message with a byte more', otherMessage((m) => concat(m, new Uint8Array(1))), 'refused'],
  ['no message', otherMessage(() => new Uint8Array()), 'refused'],
  ['a signature of Ed25519ph’s kind', prehashed, 'refused'],
  ['R = identity under a good key', withSmallR(littleEndian(1n)), 'either'],
  ...smallOrder
    .slice(1)
    .map((R, i) => [`R of small order (${i + 1})`, withSmallR(R.toBytes()), 'either'] as const),
  ['R with a small-order part', mixedR, 'either'],
  ['R = identity, spelled p + 1', withSmallR(littleEndian(prime + 1n)), 'refused'],
  ['R = identity, with the sign bit', withSmallR(littleEndian(1n | (1n << 255n))), 'refused'],
  ['R = 0, spelled p', withSmallR(littleEndian(prime)), 'refused'],
  ['R not on the curve', withSmallR(littleEndian(2n)), 'refused'],
  ...smallOrder.map(
    (A, i) => [`key of small order (${i})`, withKey(A.toBytes()), 'refused'] as const,
  ),
  ['key = identity, spelled p + 1', withKey(littleEndian(prime + 1n)), 'refused'],
  ['key = identity, with the sign bit', withKey(littleEndian(1n | (1n << 255n))), 'refused'],
  ['key of zeros', withKey(new Uint8Array(32)), 'refused'],
  ['key of ones', withKey(new Uint8Array(32).fill(255)), 'refused'],
  ['key not on the curve', withKey(littleEndian(2n)), 'refused'],
  ['key with a small-order part', mixedKey, 'refused'],
];
