/** The panel: limits that can be changed, receipts that say everything, and the manners of a dialog. */
import { describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { ProblemCode } from '../../src/protocol/problem.ts';
import type { MicroPayElement } from '../../widget/index.ts';
import { type FakeMicroPay, keptReceipts, refuse, type Script } from './fake-client.ts';
import {
  answer,
  becomes,
  choices,
  clientThat,
  heard,
  labelOf,
  panelIsOpen,
  panelOf,
  place,
  soon,
  tap,
  within,
  wordsOf,
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
  expect(textOf(element)).toContain('2¢ of your $1.00 today here is paid or set aside');
  expect(textOf(element)).toContain('12¢ of your $5.00 in all here');
});

test('a statement of more than was paid is an alert, as soon as it is there', async () => {
  const asked = Promise.withResolvers<void>();
  const sums = { sid: 'ses_00000000', reserved: 200_000n, settled: 60_000n, undone: 0n, back: 0n };
  const statement = { ...sums, ended: false, fits: false };
  clientThat({ statement: () => asked.promise.then(() => statement) });
  const element = await place();
  await openLimits(element);
  const alert = () => inPanel(element, '[role="alert"]')?.textContent;
  expect(alert()).toBeUndefined();
  asked.resolve();
  await soon(() =>
    expect(alert()).toBe(
      'The wallet’s statement tells of more than you paid here. Ask the payee about it.',
    ),
  );
});

describe('of an address that is open already', () => {
  const article = { src: '/articles/2', amount: '0.02', currency: 'USD' };

  test('limits and receipts are told by the receipt that opened it, with its address where it has no words', async () => {
    const client = clientThat({ free: true });
    const [kept] = keptReceipts;
    const url = new URL(article.src, location.href).href;
    const wordless = { ...kept!.receipt, rsn: { code: 'tapped' } };
    client.receipts.list = async () => [{ ...kept!, receipt: wordless, url }];
    const element = await place(article);
    await openLimits(element);
    expect(textOf(element)).toContain('The most that news can be paid from this device');
    expect(inPanel(element, '[part="receipts"]')?.textContent).toContain('/articles/2');
  });

  test('and by no receipt, says that there is nothing to pay', async () => {
    clientThat({ free: true });
    const element = await place(article);
    await userEvent.click(within(element, '[part="details"]'));
    await soon(() => expect(wordsOf(element)).toContain('nothing to pay'));
    expect(panelIsOpen(element)).toBe(false);
  });
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

describe('a tap', () => {
  async function receiptOf(script: Partial<Script> = {}) {
    const client = clientThat({ taps: true, ...script });
    const element = await place();
    await tap(element);
    await becomes(element, 'paid');
    await tap(element);
    await soon(() => expect(panelIsOpen(element)).toBe(true));
    return { client, element, events: heard(element) };
  }

  const undos = ({ calls }: FakeMicroPay) => calls.filter((call) => call === 'undo').length;

  test('can be taken back from its receipt, which says until when; the next tap pays anew', async () => {
    const { client, element, events } = await receiptOf();
    expect(textOf(element)).toContain(
      'If it was a mistake, you can undo it here until Nov 23, 2026,',
    );
    await answer(element, 'Undo');
    await becomes(element, 'undone');
    const words = 'Undone: 2¢ came back to you. What it had opened is closed again.';
    await soon(() => expect(textOf(element)).toContain(words));
    expect(textOf(element)).not.toContain('you can undo it');
    await answer(element, 'Close');
    expect(wordsOf(element)).toBe(words);
    expect(labelOf(element)).toBe('Pay 2¢');
    expect(events).toEqual([]);
    await tap(element);
    await becomes(element, 'paid');
    expect([undos(client), client.settled.length]).toEqual([1, 2]);
  });

  test('that the wallet gave back is not said to be closed: its site isn’t told', async () => {
    const { element } = await receiptOf({ undo: async () => 'wallet' });
    await answer(element, 'Undo');
    const words =
      'Undone: 2¢ came back to you. The site isn’t told, so what it had opened may stay open.';
    await soon(() => expect(textOf(element)).toContain(words));
  });

  test('is taken back once, and the focus stays where it was', async () => {
    const { client, element } = await receiptOf();
    await answer(element, 'Undo');
    await becomes(element, 'undone');
    await userEvent.keyboard('{Enter}');
    expect(undos(client)).toBe(1);
    const focused = panelOf(element).shadowRoot?.activeElement;
    expect(focused?.textContent.trim()).toBe('Undone');
    expect(focused?.getAttribute('aria-disabled')).toBe('true');
  });

  test.each<[ProblemCode, RegExp]>([
    ['undo-ended', /can’t be taken back any more\. Nothing was undone, and the payment stands\./],
    [
      'insufficient-funds',
      /has not enough to give it back right now\. The payment stands; .* until/,
    ],
    [
      'answer-unknown',
      /No answer came, so it may be undone\. Try again: it is never undone twice\./,
    ],
    ['offline', /There is no connection\. Nothing was undone/],
  ])('that can’t be taken back for %s stays paid, with words', async (code, words) => {
    const { client, element, events } = await receiptOf({ undo: refuse(code) });
    await answer(element, 'Undo');
    await soon(() => expect(textOf(element)).toMatch(words));
    expect(element.state).toBe('paid');
    expect(events).toEqual([]);
    client.script.undo = async () => undefined;
    await answer(element, 'Undo');
    await becomes(element, 'undone');
  });

  test('can be taken back from the list as well, and its button follows', async () => {
    clientThat({ taps: true });
    const element = await place();
    await tap(element);
    await becomes(element, 'paid');
    await openLimits(element);
    expect(choices(element).map((one) => one.getAttribute('aria-label'))).toEqual([
      null,
      'Undo 2¢ Tip',
      null,
    ]);
    await answer(element, 'Undo');
    await becomes(element, 'undone');
  });
});

test('what the wallet was asked for itself is undone at the wallet', async () => {
  clientThat();
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  await tap(element);
  await soon(() => expect(panelIsOpen(element)).toBe(true));
  expect(choices(element).map((one) => one.textContent.trim())).toEqual(['Close', 'Pay 2¢ again']);
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
