/** Buttons that spend: dead for a moment and until a sign of a person, so that a click meant for another window can't press them. */
import { say } from './say.ts';

const deadMs = 600;

/** Starts again whenever the page comes to the front: that is when a click can be stolen. */
export function gateButtons(): void {
  const buttons = [...document.querySelectorAll<HTMLElement>('[data-gate]')];
  if (buttons.length === 0) return;
  let since = performance.now();
  let alive = false;
  const show = () => {
    for (const button of buttons) button.setAttribute('aria-disabled', String(!alive));
  };
  const close = () => {
    [since, alive] = [performance.now(), false];
    show();
  };
  const sign = (event: Event) => {
    if (!event.isTrusted || performance.now() - since < deadMs) return;
    alive = true;
    show();
  };
  for (const type of ['pointermove', 'touchstart', 'keydown'])
    document.addEventListener(type, sign, { capture: true, passive: true });
  window.addEventListener('focus', close);
  document.addEventListener('visibilitychange', close);
  const stop = (event: Event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  /** Some screen readers press without pointer or key: what they press once is asked for once more. */
  const wake = (event: MouseEvent) => {
    stop(event);
    if (event.isTrusted && event.detail <= 1 && performance.now() - since >= deadMs) {
      [since, alive] = [performance.now(), true];
      show();
      say('Please press the button once more.');
    }
  };
  const click = (event: MouseEvent) => {
    if (!alive || !event.isTrusted) return wake(event);
    // The second half of a double click began somewhere else.
    if (event.detail > 1) return stop(event);
  };
  for (const button of buttons) button.addEventListener('click', click, { capture: true });
}
