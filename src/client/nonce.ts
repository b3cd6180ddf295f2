/** A name that nobody had before and nobody can guess. */
import { base64url } from '../protocol/encoding.ts';
import type { Ports } from './ports.ts';

/** 128 bits in the alphabet of a nonce. */
export const newNonce = ({ random }: Pick<Ports, 'random'>): string => base64url(random(16));
