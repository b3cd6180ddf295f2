/** What is held for sites, in words: it is not paid, and comes back by itself. */
import { html } from 'hono/html';
import type { Held, PersonBalance } from '../ledger.ts';
import { sum, timeLabel } from './labels.ts';
import type { Html } from './layout.ts';

/** Held is not paid: what no site takes is back by itself. */
export const heldNote = ({ holds }: PersonBalance, zone: string): Html | '' => {
  const last = holds.at(-1);
  if (!last) return '';
  return html`<p class="note">
    Held is not paid. What the sites below don’t take of it is back by
    ${timeLabel(last.until, zone)}.
  </p>`;
};

/** What is held for one site. */
export const heldFor = (site: string, { holds }: PersonBalance, zone: string): Html | '' => {
  const here = holds.filter(({ payee }) => payee === site);
  const last = here.at(-1);
  if (!last) return '';
  return html`<p>
    ${sum(total(here))} is held for it. What it doesn’t take is back by
    ${timeLabel(last.until, zone)}.
  </p>`;
};

const total = (holds: Held[]): bigint => holds.reduce((all, { amount }) => all + amount, 0n);
