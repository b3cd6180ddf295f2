/** What the page says when something went wrong: one line, read out at once. */

/** @param by what was pressed or sent: a form may have a place of its own, at the field that is to be changed */
export function say(text: string, by?: Element | null): void {
  const said = placeFor(by);
  if (said) said.textContent = text;
}

const placeFor = (by: Element | null | undefined): Element | null =>
  by?.querySelector('[data-said]') ?? document.getElementById('said');

/** A refusal of the wallet, in its own words. */
export class Refusal extends Error {
  readonly code: string;
  readonly nextStep: string;
  /** Of a payment that was refused: to ask about it */
  readonly payment: string | undefined;

  constructor(code: string, nextStep: string, words: string, payment?: string) {
    super(words);
    this.code = code;
    this.nextStep = nextStep;
    this.payment = payment;
  }
}

/** Runs what a button started; whatever fails is said, and the button can be pressed again. */
export async function trying(button: Element | null, work: () => Promise<void>): Promise<void> {
  if (button?.getAttribute('aria-busy') === 'true') return;
  button?.setAttribute('aria-busy', 'true');
  say('');
  say('', button);
  try {
    await work();
  } catch (error) {
    say(wordsFor(error), button);
    if (error instanceof Refusal && error.payment !== undefined) offerToAsk(error.payment, button);
  } finally {
    button?.removeAttribute('aria-busy');
  }
}

/** A way to whoever was to be paid, with the number filled in. */
function offerToAsk(payment: string, by: Element | null): void {
  const link = document.createElement('a');
  link.href = `/questions/new?${String(new URLSearchParams({ payment }))}`;
  link.textContent = 'Ask who was to be paid';
  placeFor(by)?.append(' ', link);
}

export function wordsFor(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  // The names a browser gives to a passkey dialog that was closed, and to a passkey that is there already.
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError')
    return 'The passkey was not used. Nothing happened; you can try again.';
  if (name === 'InvalidStateError') return 'This device has a passkey for your wallet already.';
  if (name === 'TypeError') return 'The wallet can’t be reached. Please check your connection.';
  return 'That did not work. Please try again.';
}
