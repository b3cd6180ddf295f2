/** The page's one SDK, shared by all its buttons. */
import { createMicroPay } from '../src/index.ts';

export const microPay = createMicroPay();
