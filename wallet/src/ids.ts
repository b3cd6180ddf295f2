/** Names made here: a prefix that says of what, and 128 random bits. */
import { base64url } from 'micro-pay/protocol';

type Prefix = 'gnt' | 'pay' | 'per' | 'con' | 'ses' | 'stl' | 'eml' | 'rfd' | 'que' | 'itm';

export const newId = (
  { random }: { random: (size: number) => Uint8Array<ArrayBuffer> },
  prefix: Prefix,
): string => `${prefix}_${base64url(random(16))}`;

/** 256 bits that only their receiver knows. */
export const newSecret = ({
  random,
}: {
  random: (size: number) => Uint8Array<ArrayBuffer>;
}): string => base64url(random(32));
