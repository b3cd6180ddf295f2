/** Puts elements on the test page, taps them as a person does, and says what they look like. */
import { afterEach, expect, vi } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { MicroPayElement } from '../../widget/index.ts';
import { type State, states } from '../../widget/states.ts';
import { useMicroPay } from '../../widget/tap-controller.ts';
import { fakeMicroPay, type FakeMicroPay, payee, type Script } from './fake-client.ts';

/** Ways that a button went and its table doesn't name. */
const unnamed: string[] = [];

/** Each change of the attribute `state`, held against the table. */
function watch(element: MicroPayElement): void {
  new MutationObserver((changes) => {
    const seen = [...changes.map(({ oldValue }) => oldValue), element.getAttribute('state')];
    for (const [i, to] of seen.entries()) {
      const from = seen[i - 1];
      if (!from || !to || from === to || !(from in states)) continue;
      const { ways } = states[from as State];
      if (!ways.includes(to as State)) unnamed.push(`${from} → ${to}`);
    }
  }).observe(element, { attributeFilter: ['state'], attributeOldValue: true });
}

afterEach(() => {
  expect(unnamed.splice(0)).toEqual([]);
  vi.useRealTimers();
  document.body.replaceChildren();
  localStorage.clear();
});

/** The client the next elements will find. */
export function clientThat(script: Partial<Script> = {}): FakeMicroPay {
  const client = fakeMicroPay(script);
  useMicroPay(() => client);
  return client;
}

/** Waits for what must come. A bound for what doesn't, never a measure: a busy machine is no failure. */
export const soon = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 20_000, interval: 10 });

export type Attributes = Record<string, string>;
export const tip: Attributes = { to: payee.url, amount: '0.02', currency: 'USD', reason: 'Tip' };

export async function place(attributes: Attributes = tip, inner = ''): Promise<MicroPayElement> {
  const element = document.createElement('micro-pay');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.innerHTML = inner;
  document.body.append(element);
  watch(element);
  await element.updateComplete;
  return element;
}

export const within = <Found extends Element = HTMLElement>(
  element: Element,
  selector: string,
): Found => {
  const found = element.shadowRoot?.querySelector<Found>(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
};

export const buttonOf = (element: Element) => within<HTMLButtonElement>(element, '[part="button"]');

export const tap = (element: Element): Promise<void> => userEvent.click(buttonOf(element));

export const becomes = (element: MicroPayElement, state: string): Promise<void> =>
  soon(() => expect(element.getAttribute('state')).toBe(state));

/** What an ear gets to hear: the words of both live regions. */
export const wordsOf = (element: Element): string =>
  [...(element.shadowRoot?.querySelectorAll('[part="message"]') ?? [])]
    .map((region) => region.textContent.trim())
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();

export const labelOf = (element: Element): string =>
  buttonOf(element).textContent.replace(/\s+/g, ' ').trim();

export const panelOf = (element: Element): HTMLElement => within(element, 'micro-pay-panel');

export const panelIsOpen = (element: Element): boolean =>
  Boolean(
    element.shadowRoot?.querySelector('micro-pay-panel')?.shadowRoot?.querySelector('dialog')?.open,
  );

/** What can be answered: in the panel where it is open, else below the button. */
export function choices(element: Element): HTMLButtonElement[] {
  const root = panelIsOpen(element) ? panelOf(element).shadowRoot : element.shadowRoot;
  return [...(root?.querySelectorAll<HTMLButtonElement>('[part="choice"]') ?? [])];
}

/** Waits for a choice and takes it. */
export async function answer(element: Element, label: string): Promise<void> {
  const choice = await soon(() => {
    const found = choices(element).find((one) => one.textContent.trim() === label);
    if (!found) throw new Error(`There is no “${label}”.`);
    return found;
  });
  await userEvent.click(choice);
}

/** Waits until the person is asked something. */
export const isAsked = (element: Element): Promise<void> =>
  soon(() => expect(choices(element)).not.toHaveLength(0));

/** The element's events, as they come. */
export function heard(element: EventTarget): { name: string; detail: unknown; event: Event }[] {
  const events: { name: string; detail: unknown; event: Event }[] = [];
  for (const name of [
    'micro-pay-intent',
    'micro-pay-paid',
    'micro-pay-error',
    'micro-pay-meter',
  ] as const)
    element.addEventListener(name, (event) =>
      events.push({ name, detail: event instanceof CustomEvent ? event.detail : undefined, event }),
    );
  return events;
}

/** Enter pressed and held: one press and the repeats a keyboard sends. */
export async function holdEnter(repeats: number): Promise<void> {
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
  for (let i = 0; i <= repeats; i++)
    await cdp().send('Input.dispatchKeyEvent', { type: 'keyDown', autoRepeat: i > 0, ...key });
  await cdp().send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}
