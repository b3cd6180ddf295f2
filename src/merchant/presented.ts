/** A payment credential as it lies on the table: read, its challenge recognised, its payload not yet believed. */
import type { Challenge } from '../protocol/challenge.ts';
import { hashOf } from './native.ts';
import type { Offer } from './offer.ts';
import type { Settings } from './settings.ts';
import type { Payment } from './store.ts';
import type { Visit } from './visit.ts';
import type { Access } from './access.ts';

export interface Presented {
  challenge: Challenge;
  /** Seconds since 1970 */
  challengeExpires: number;
  payload: Record<string, unknown>;
  /** The header it came with, as it came */
  authorization: string;
  offer: Offer;
  visit: Visit;
  settings: Settings;
  /** Seconds since 1970 */
  now: number;
}

/** What a credential was good for. */
export interface Taken {
  access: Access;
  /** The receipt as the wallet signed it */
  receiptText: string;
  /** Until when the payer owns the offer's scope; 0: it isn't kept */
  ownedUntil: number;
}

/** Judges one kind of payload. @throws Problem when it opens nothing */
export type Take = (presented: Presented) => Promise<Taken>;

/** The one thing a credential may be taken for. */
export const paymentOf = async (
  id: string,
  { authorization, now }: Presented,
): Promise<Payment> => ({ id, credential: await hashOf(authorization), at: now });
