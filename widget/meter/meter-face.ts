/** A button's face that also shows what was counted, and keeps the focus when the button it was on goes. */
import type { TemplateResult } from 'lit';
import type { Face } from '../face.ts';
import type { State } from '../states.ts';

/** Something else has the word in them; the others say it themselves. */
const silent: State[] = [
  'paying',
  'confirming',
  'checking',
  'no-wallet',
  'needs-funds',
  'denied',
  'failed',
  'offline',
];

/** @param count what was counted, once something was */
export const meterFace = (face: Face, count: () => TemplateResult | undefined): Face => ({
  element: face.element,
  get state() {
    return face.state;
  },
  get busy() {
    return face.busy;
  },
  get invalid() {
    return face.invalid;
  },
  get price() {
    return face.price;
  },
  know: (known) => face.know(known),
  lost: (unknown) => face.lost(unknown),
  emit: (name, detail) => face.emit(name, detail),
  show: (state, showing = {}) => {
    const line = silent.includes(state) ? count() : undefined;
    const choices = line ? [line, ...(showing.choices ?? [])] : showing.choices;
    void keepingFocus(face, () => face.show(state, { ...showing, ...(choices && { choices }) }));
  },
});

async function keepingFocus({ element }: Face, change: () => void): Promise<void> {
  const root = element.shadowRoot;
  const had = root?.activeElement;
  change();
  await element.updateComplete;
  if (!had || had.checkVisibility()) return;
  [...(root?.querySelectorAll('button') ?? [])].find((one) => one.checkVisibility())?.focus();
}
