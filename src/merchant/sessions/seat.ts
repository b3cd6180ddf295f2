/** Which tap an access came by, for whoever meters what it opens. */
import type { Access } from '../access.ts';
import type { Tap } from './session-store.ts';

export interface Seat {
  /** As it was when the visitor came in */
  tap: Tap;
  currency: string;
}

const seats = new WeakMap<Access, Seat>();

export const noteSeat = (access: Access, seat: Seat): void => void seats.set(access, seat);
export const seatOf = (access: Access): Seat | undefined => seats.get(access);
