/** The piece that is loaded after the first paint: a button's visit to a page, with the page's one SDK. */
import type { MicroPay } from '../src/client/api.ts';
import { contextFrom } from '../src/client/context.ts';
import { payer } from '../src/client/payer.ts';
import type { Face } from './face.ts';
import { Payment } from './payment.ts';
import { Visit } from './visit.ts';

const later = () => import('./later/index.ts');
const context = contextFrom(
  () => later().then(({ client }) => client),
  () => undefined,
);
const own = {
  payer: payer(context),
  whole: async () => (await later()).microPayIn(context),
};

/** @param micro the SDK the page chose */
export const start = (face: Face, micro?: MicroPay): Visit =>
  new Visit(
    face,
    new Payment(face, micro ? { payer: micro, whole: async () => micro } : own, later),
  );
