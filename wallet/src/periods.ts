/** Days and months of a zone, as times: what a payee's books are cut into. */
import { Problem } from 'micro-pay/protocol';
import { dayOf, dayStart } from './clock.ts';

/** Seconds since 1970; `to` is the first that is no more in it. */
export interface Period {
  from: number;
  to: number;
}

/** The month it is there, `2026-11`. */
export const monthOf = (seconds: number, zone: string): string => dayOf(seconds, zone).slice(0, 7);

const month = /^20[0-9]{2}-(0[1-9]|1[0-2])$/;

/** @throws Problem `malformed-request` for anything but a month of this century, `2026-11` */
export function monthFrom(text: string): string {
  if (!month.test(text)) throw new Problem('malformed-request', { detail: 'A month is 2026-11.' });
  return text;
}

/** @param by months later; earlier, where it is negative */
export function monthAfter(of: string, by = 1): string {
  const at = new Date(`${of}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + by);
  return at.toISOString().slice(0, 7);
}

export const monthPeriod = (of: string, zone: string): Period => ({
  from: dayStart(`${of}-01`, zone),
  to: dayStart(`${monthAfter(of)}-01`, zone),
});

export const dayPeriod = (day: string, zone: string): Period => ({
  from: dayStart(day, zone),
  to: dayStart(dayAfter(day), zone),
});

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Its calendar days, in order. */
export function daysOf(of: string): string[] {
  const days: string[] = [];
  for (let day = `${of}-01`; day.startsWith(of); day = dayAfter(day)) days.push(day);
  return days;
}
