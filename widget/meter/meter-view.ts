/** A meter while it runs or rests: its figures, and two buttons that look alike. */
import { html, type TemplateResult } from 'lit';
import { meter as words } from '../messages/en/meter.ts';
import { isOneClick } from '../trusted-click.ts';
import type { Reading } from './reading.ts';

export interface Acts {
  pause: () => void;
  goOn: () => void;
  stop: () => void;
}

export function meterView(reading: Reading, acts: Acts): TemplateResult {
  const [label, act] = reading.isGoing ? [words.pause, acts.pause] : [words.goOn, acts.goOn];
  return html`<span part="meter"
    >${reading.figures}${choice(label, act)}${choice(words.stop, acts.stop)}</span
  >`;
}

const choice = (label: string, act: () => void): TemplateResult =>
  html`<button
    part="choice"
    @click=${(event: UIEvent) => isOneClick(event) && act()}
    @keydown=${(event: KeyboardEvent) => event.repeat && event.preventDefault()}
  >
    ${label}
  </button>`;
