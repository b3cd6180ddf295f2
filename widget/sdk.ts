/** The SDK as a button has it. */
import type { MicroPay, Payer } from '../src/client/api.ts';

export interface Sdk {
  /** What a first payment needs of it */
  payer: Payer;
  whole: () => Promise<Omit<MicroPay, `$${string}`>>;
}
