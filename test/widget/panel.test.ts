/** The panel: limits that can be changed, receipts that say everything, and the manners of a dialog. */
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { MicroPayElement } from '../../widget/index.ts';
import {
  answer,
  becomes,
  clientThat,
  panelIsOpen,
  panelOf,
  place,
  soon,
  tap,
  within,
} from './support.ts';

const inPanel = (element: Element, selector: string) =>
  panelOf(element).shadowRoot?.querySelector<HTMLElement>(selector);

const textOf = (element: Element): string =>
  (panelOf(element).shadowRoot?.textContent ?? '').replace(/\s+/g, ' ');

async function openLimits(element: MicroPayElement): Promise<void> {
  await userEvent.click(within(element, '[part="details"]'));
  await soon(() => expect(panelIsOpen(element)).toBe(true));
}

async function write(element: Element, name: string, text: string): Promise<void> {
  const input = inPanel(element, `input[name="${name}"]`);
  if (!input) throw new Error('There is no such limit.');
  await userEvent.fill(input, text);
  const save = inPanel(element, 'form button');
  if (save) await userEvent.click(save);
}

const said = (element: Element, words: string) =>
  soon(() => expect(inPanel(element, '[role="status"]')?.textContent).toBe(words));

test('what is left is said in words', async () => {
  clientThat();
  const element = await place();
  await openLimits(element);
  expect(textOf(element)).toContain('2¢ of your $1.00 today here');
  expect(textOf(element)).toContain('12¢ of your $5.00 in all here');
});

test('limits are lowered at once', async () => {
  const client = clientThat();
  const element = await place();
  await openLimits(element);
  await write(element, 'day', '0.50');
  await said(element, 'Saved.');
  expect(await client.caps.get('')).toEqual({ tap: '100000', day: '500000', total: '5000000' });
});

test('a limit above the wallet’s says that the wallet will ask', async () => {
  clientThat();
  const element = await place();
  await openLimits(element);
  await write(element, 'total', '20');
  await said(
    element,
    'Saved. Your wallet’s own limit is lower: it will ask you before more is paid.',
  );
});

test.each(['', '-1', '1e3', '0', '0.0000001', '99999999', '<b>'])(
  'the limit “%s” is not taken',
  async (text) => {
    const client = clientThat();
    const before = await client.caps.get('');
    const element = await place();
    await openLimits(element);
    await write(element, 'tap', text);
    await said(element, 'Please write an amount like 0.50.');
    expect(await client.caps.get('')).toEqual(before);
  },
);

test('the receipts of the site are listed, each with the way to it', async () => {
  clientThat();
  const element = await place();
  await openLimits(element);
  const links = [...(panelOf(element).shadowRoot?.querySelectorAll('[part="receipts"] a') ?? [])];
  expect(links.map((link) => link.textContent.replace(/\s·.*$/s, '').trim())).toEqual(['2¢', '3¢']);
  for (const link of links) expect(link.getAttribute('rel')).toBe('noopener');
});

test('a receipt says what, to whom, how much, what is left, why, and what can be done', async () => {
  clientThat();
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  await tap(element);
  await soon(() => expect(panelIsOpen(element)).toBe(true));
  const text = textOf(element);
  for (const words of [
    'You paid 2¢ to news for “Tip”.',
    '2¢ of your $1.00 today here',
    'Charged because you tapped Pay,',
    'If it was a mistake, you can undo it at the wallet until',
    'See it at the wallet',
  ])
    expect(text).toContain(words);
});

test('the same tip can be given again, by one more tap', async () => {
  const client = clientThat();
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  await tap(element);
  await answer(element, 'Pay 2¢ again');
  await becomes(element, 'ready');
  expect(client.settled).toHaveLength(1);
  await tap(element);
  await becomes(element, 'paid');
  expect(client.settled).toHaveLength(2);
});

test('Escape closes, and the focus goes back to the button', async () => {
  const client = clientThat();
  const element = await place();
  await openLimits(element);
  await userEvent.keyboard('{Escape}');
  await soon(() => expect(panelIsOpen(element)).toBe(false));
  expect(element.shadowRoot?.activeElement?.getAttribute('part')).toBe('details');
  expect(client.settled).toEqual([]);
});

test('the dialog has a name, the focus begins at its title, and Tab stays in it', async () => {
  clientThat();
  const element = await place();
  await openLimits(element);
  const dialog = inPanel(element, 'dialog');
  expect(dialog?.getAttribute('aria-labelledby')).toBe('title');
  expect(panelOf(element).shadowRoot?.activeElement?.tagName).toBe('H2');
  for (let i = 0; i < 8; i++) {
    await userEvent.tab();
    const inside = panelOf(element).shadowRoot?.activeElement;
    expect(inside === null || dialog?.contains(inside ?? null)).toBe(true);
  }
});
