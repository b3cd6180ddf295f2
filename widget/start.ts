/** The piece that is loaded after the first paint: a button's visit to a page, with the page's one SDK. */
import type { MicroPay } from '../src/client/api.ts';
import { contextFrom } from '../src/client/context.ts';
import { payer } from '../src/client/payer.ts';
import type { Face } from './face.ts';
import type * as Later from './later/index.ts';
import type { Sdk } from './sdk.ts';
import { Visit } from './visit.ts';

type Load = () => Promise<typeof Later>;
let own: Sdk | undefined;

function ownSdk(later: Load): Sdk {
  const context = contextFrom(later);
  return { payer: payer(context), whole: async () => (await later()).microPayIn(context) };
}

/** @param later where the rest comes from @param micro the SDK the page chose */
export function start(face: Face, later: Load, micro?: MicroPay): Visit | Promise<Visit> {
  const sdk = micro ? { payer: micro, whole: async () => micro } : (own ??= ownSdk(later));
  return face.element.matches('[meter],[item]')
    ? later().then((rest) => rest.visitOf(face, sdk, later))
    : new Visit(face, sdk, later);
}
