/** A metered answer: an event stream that takes the price for each event, and waits for a voucher where too little is signed for. */
import { utf8 } from '../../protocol/encoding.ts';
import { policy } from '../../protocol/policy.ts';
import type { Access } from '../access.ts';
import type { Settings } from '../settings.ts';
import { atHand } from './at-hand.ts';
import { changing, nameOf } from './changing.ts';
import { paymentReceipt, tapReceipt } from './payment-receipt.ts';
import { seatOf, type Seat } from './seat.ts';
import type { SessionSettings } from './session-options.ts';
import type { Session, Tap } from './session-store.ts';
import { earned, signedAhead, taking } from './tab.ts';

export interface MeterOptions {
  /** So long a voucher is waited for, each time; 60 by default. Then the answer ends with what was paid. */
  waitSeconds?: number;
}

/** Between two looks at the store: another instance may have taken the voucher. */
const lookMs = 1_000;

/** Events that are paid for together, at most: where they come fast, several share what is written for each payment. */
const maxTogether = 32;

/**
 * Answers with an event stream. What a tap paid for is its first event; each further one is taken before it leaves, and one
 * that can't be paid for is not sent. A charge pays for one event; what is free, or owned, flows.
 * @param events texts, one for each unit that is paid for; no more than one is asked for that isn't signed for
 * @example app.get('/advice', (c) => pay.meter(accessOf(c.req.raw)!, paragraphs()))
 */
export function meter(
  access: Access,
  events: AsyncIterable<string>,
  settings: Settings,
  { waitSeconds = 60 }: MeterOptions = {},
): Response {
  const fare = fareOf(access, settings, waitSeconds);
  const units = atHand(events);
  /** Made, and not yet paid for */
  let made: string[] = [];
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const tell = (text: string) => controller.enqueue(utf8(text));
        if (made.length === 0) made = await units.ready(Math.min(fare.signedFor(), maxTogether));
        const paid = made.length > 0 ? await fare.pay(made.length, tell) : 0;
        if (paid > 0) {
          const sold = made.splice(0, paid);
          return tell(sold.map((event) => eventOf(undefined, event)).join(''));
        }
        const receipt = await fare.receipt();
        if (receipt) tell(receipt);
        controller.close();
        // Last: a source that is waiting ends only once it has what it waits for.
        await units.end();
      },
      // Whoever left pays for nothing more.
      cancel: async () => {
        fare.leave();
        await units.end();
      },
    },
    // Nothing is taken before somebody reads it.
    { highWaterMark: 0 },
  );
  const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
  return new Response(body, { headers });
}

type Tell = (event: string) => void;

function fareOf(access: Access, settings: Settings, waitSeconds: number) {
  const { sessions } = settings;
  const seat = seatOf(access);
  let tap = seat?.tap;
  let left = unitsPaid(access, seat);
  let ahead = 0;
  let isGone = false;
  return {
    /** How many are signed for, as far as is known */
    signedFor: (): number => left + ahead,
    /** @returns how many of so many are paid for, none when nobody pays for more */
    pay: async (count: number, tell: Tell): Promise<number> => {
      // They may have left while the event was made.
      if (isGone) return 0;
      if (left > 0) {
        const paid = Math.min(left, count);
        left -= paid;
        return paid;
      }
      if (!seat || !sessions) return 0;
      const more = await takeMore(seat, count, sessions, settings);
      // While what is signed for is enough, no voucher is listened for.
      const wait = { waitSeconds, tell, isGone: () => isGone };
      const taken = 'tap' in more ? more : await takeLater(seat, sessions, settings, wait);
      tap = taken?.tap ?? tap;
      ahead = taken?.ahead ?? 0;
      return taken?.paid ?? 0;
    },
    receipt: async (): Promise<string | undefined> => {
      if (!tap || !seat || !sessions) return undefined;
      const receipt = tapReceipt(tap, seat.currency, sessions);
      return eventOf('payment-receipt', await paymentReceipt(receipt, sessions));
    },
    leave: (): void => void (isGone = true),
  };
}

/** A tap that is answered again has paid for as much as it came to, at the price of its time. */
function unitsPaid({ by }: Access, seat: Seat | undefined): number {
  if (seat) return Number(seat.tap.amount / seat.tap.price);
  return by === 'payment' || by === 'repeat' ? 1 : Infinity;
}

/**
 * Takes one more unit as soon as it is signed for; it says once that a voucher is needed, and waits.
 * @returns undefined when nobody pays for more
 */
async function takeLater(
  seat: Seat,
  sessions: SessionSettings,
  settings: Settings,
  { waitSeconds, tell, isGone }: { waitSeconds: number; tell: Tell; isGone: () => boolean },
): Promise<Taken | undefined> {
  const deadline = settings.now() + waitSeconds * 1000;
  for (let isAsked = false; !isGone(); isAsked = true) {
    const voucher = hearing(seat, sessions, settings);
    try {
      const more = await takeMore(seat, 1, sessions, settings);
      if ('tap' in more) return more;
      if (more.isOver || settings.now() >= deadline) return undefined;
      if (isAsked) await voucher.heard();
      else tell(eventOf('payment-need-voucher', more.need));
    } finally {
      voucher.stop();
    }
  }
  return undefined;
}

interface Taken {
  /** As it is by now */
  tap: Tap;
  /** Units that were taken */
  paid: number;
  /** Units that are signed for beyond them */
  ahead: number;
}

type More = Taken | { isOver: boolean; need: string };

/** So many more units are taken, by the same tap, as far as they are signed for. */
const takeMore = (
  { tap: { iss, sid, tap: id, price: unit } }: Seat,
  count: number,
  sessions: SessionSettings,
  { now }: Settings,
): Promise<More> =>
  changing<More>(sessions, { iss, sid }, id, async ({ session, tap }) => {
    const isOver =
      session?.state !== 'open' ||
      tap?.state !== 'taken' ||
      now() / 1000 > session.redeemBy - policy.seconds.holdMargin;
    if (isOver) return { result: { isOver, need: '' } };
    const signed = Number(signedAhead(session) / unit);
    const paid = Math.min(count, signed);
    if (paid === 0) return { result: { isOver, need: needOf(session, unit) } };
    const [after, more] = taking(session, { ...tap, reason: 'metered' }, unit * BigInt(paid));
    return { result: { tap: more, paid, ahead: signed - paid }, write: [after, [more]] };
  });

const needOf = (session: Session, unit: bigint): string =>
  JSON.stringify({
    sessionId: session.sid,
    requiredCumulative: String(earned(session) + unit),
    acceptedCumulative: String(session.accepted),
    deposit: String(session.deposit),
  });

/** A voucher that this process takes is heard of at once, also one that comes between a look and the wait. */
function hearing({ tap }: Seat, { signals }: SessionSettings, settings: Settings) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stops = [signals.once(nameOf(tap), resolve)];
  return {
    heard: (): Promise<void> => {
      stops.push(settings.timer(resolve, lookMs));
      return promise;
    },
    stop: (): void => {
      for (const stop of stops) stop();
    },
  };
}

/** A text of several lines is several `data` lines, so that none of them can begin an event of its own. */
const eventOf = (name: string | undefined, text: string): string =>
  `${name ? `event: ${name}\n` : ''}data: ${text.replace(/\r\n|\r|\n/g, '\ndata: ')}\n\n`;
