/** What is left at this site, in words and as a bar. */
import { html, type TemplateResult } from 'lit';
import type { Allowance } from '../../src/protocol/connect.ts';
import { panel as words } from '../messages/en/panel.ts';
import { labelOf } from '../price-label.ts';

export function usage({ currency, day, total }: Allowance, element: HTMLElement): TemplateResult {
  const label = (amount: string): string => labelOf({ amount, currency }, element) ?? '';
  const line = ({ used, limit }: { used: string; limit: string }, text: string) =>
    // The bar is a picture of the sentence: a float is exact enough for it.
    html`<p>${text}<meter aria-hidden="true" max=${limit} value=${used}></meter></p>`;
  return html`${line(day, words.usedToday(label(day.used), label(day.limit)))}
  ${line(total, words.usedInAll(label(total.used), label(total.limit)))}`;
}
