/** Time as the wallet keeps it: whole seconds, and days of a person's own zone. */

/** NumericDate of the injected clock. */
export const secondsNow = ({ now }: { now: () => number }): number => Math.floor(now() / 1000);

/** As the tables keep it. */
export const timeNow = (context: { now: () => number }): bigint => BigInt(secondsNow(context));

const formats = new Map<string, Intl.DateTimeFormat>();

/** One for each zone; `Intl` knows a few hundred and refuses the rest, which bounds the map. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  formats.set(zone, format);
  return format;
}

/** Answers whether the name is an IANA zone this wallet can keep days in. */
export function isZone(zone: string): boolean {
  try {
    return /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(zone) && Boolean(formatOf(zone));
  } catch {
    return false;
  }
}

/** @returns the calendar day, `2026-11-23`, of a time in seconds */
export const dayOf = (seconds: number, zone: string): string =>
  formatOf(zone).format(seconds * 1000);

/** Longer than any day: one with a clock change has 25 hours, and zones have skipped the date line. */
const longestDay = 49 * 3_600;

/** @returns the first second of the next day there; found by halving, so that clock changes need no rule here */
export function nextDayAt(seconds: number, zone: string): number {
  const today = dayOf(seconds, zone);
  let [same, other] = [seconds, seconds + longestDay];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (dayOf(middle, zone) === today) same = middle;
    else other = middle;
  }
  return other;
}

/** @returns the first second of a calendar day there, `2026-11-23`; of a day that was skipped, of the next one */
export function dayStart(day: string, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`) / 1000;
  let [before, since] = [noon - longestDay, noon + longestDay];
  while (since - before > 1) {
    const middle = Math.floor((since + before) / 2);
    if (dayOf(middle, zone) < day) before = middle;
    else since = middle;
  }
  return since;
}
