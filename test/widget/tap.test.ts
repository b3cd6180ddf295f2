/** What counts as a tap: one trusted click on the inner button, and nothing else. */
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { never, refuse } from './fake-client.ts';
import {
  becomes,
  buttonOf,
  clientThat,
  heard,
  holdEnter,
  place,
  soon,
  tap,
  tip,
} from './support.ts';

const settles = (calls: string[]): number => calls.filter((call) => call === 'settle').length;

// Red without: widget/trusted-click.ts: if (!event.isTrusted) return false;
test('T10 a click made by a script pays nothing', async () => {
  const client = clientThat();
  const element = await place();
  buttonOf(element).click();
  element.click();
  buttonOf(element).dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
  await element.updateComplete;
  expect(buttonOf(element).getAttribute('aria-busy')).toBe('false');
  expect(client.calls).toEqual([]);
});

// Red without: widget/trusted-click.ts: if (event.detail > 1) return false;
test('T10 the second half of a double click is no tap of its own', async () => {
  const client = clientThat({ settle: refuse('offline') });
  const element = await place();
  const clicks: number[] = [];
  buttonOf(element).addEventListener('click', ({ detail }) => clicks.push(detail));
  // Slow enough for the first half to have had its answer, whose words are here already.
  await Promise.all([import('../../widget/start.ts'), import('../../widget/later/index.ts')]);
  await userEvent.dblClick(buttonOf(element), { delay: 500 });
  await becomes(element, 'offline');
  expect(clicks).toEqual([1, 2]);
  expect(settles(client.calls)).toBe(1);
});

// Red without: widget/trusted-click.ts: if (event.repeat) event.preventDefault();
test('T10 a held key is one tap', async () => {
  clientThat({ settle: never });
  const element = await place();
  let clicks = 0;
  buttonOf(element).addEventListener('click', () => clicks++);
  element.focus();
  await holdEnter(6);
  await becomes(element, 'paying');
  expect(clicks).toBe(1);
});

test('T10 a label of the page does not tap', async () => {
  const client = clientThat();
  const element = await place({ ...tip, id: 'pay' });
  const label = document.createElement('label');
  label.htmlFor = 'pay';
  label.textContent = 'Win a prize';
  const around = document.createElement('label');
  around.textContent = 'And another';
  document.body.append(label, around);
  around.append(element);
  await userEvent.click(label);
  await userEvent.click(around, { position: { x: 3, y: 3 } });
  expect(client.calls).toEqual([]);
});

// Red without: widget/tap-controller.ts: if (this.busy || this.invalid) return;
test('T10 a second tap while paying does nothing', async () => {
  const client = clientThat({ settle: never });
  const element = await place();
  await tap(element);
  await becomes(element, 'paying');
  // What a wrong tap would need is here already, so that it would show in the next turns.
  await import('../../widget/later/index.ts');
  await userEvent.click(buttonOf(element), { force: true });
  await userEvent.click(buttonOf(element), { force: true });
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve));
  expect(client.calls).toEqual(['quote', 'settle']);
  expect(element.state).toBe('paying');
});

test('a key taps once', async () => {
  const client = clientThat();
  const element = await place();
  element.focus();
  await userEvent.keyboard('{Enter}');
  await becomes(element, 'paid');
  expect(settles(client.calls)).toBe(1);
});

test('a tap on a paid button shows the receipt and pays nothing', async () => {
  const client = clientThat();
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  await tap(element);
  await soon(() => expect(element.shadowRoot?.querySelector('micro-pay-panel')).not.toBeNull());
  expect(settles(client.calls)).toBe(1);
  expect(element.state).toBe('paid');
});

test('buttons are independent of each other', async () => {
  const client = clientThat();
  const [first, second] = [await place(), await place()];
  const events = heard(second);
  await tap(first);
  await becomes(first, 'paid');
  expect(second.state).toBe('ready');
  expect(events).toEqual([]);
  await tap(second);
  await becomes(second, 'paid');
  expect(settles(client.calls)).toBe(2);
});
