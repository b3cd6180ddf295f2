/** An element that sells an item: paid as anything is, then the text of the page is open; and open again without a tap. */
import axe from 'axe-core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Owned } from '../../src/client/owned-api.ts';
import { lockedAttribute, lockText, type Locked, type SafeNode } from '../../src/lock/index.ts';
import { base64url } from '../../src/protocol/index.ts';
import { moneyFrom } from '../../src/protocol/money.ts';
import { Problem } from '../../src/protocol/problem.ts';

import { payee, receiptOf, refuse, type Script } from './fake-client.ts';
import {
  becomes,
  buttonOf,
  clientThat,
  heard,
  labelOf,
  panelIsOpen,
  place,
  soon,
  tap,
  wordsOf,
  type Attributes,
} from './support.ts';

const id = 'itm_AAAAAAAAAAAAAAAAAAAAAA';
const bytes = (length: number, from = 1) => Uint8Array.from({ length }, (_, i) => (from + i) & 255);
const key = base64url(bytes(32));
const otherKey = base64url(bytes(32, 9));
const text: SafeNode[] = [
  ['p', { class: 'first', title: 'x' }, 'They write in ', ['em', 0, 'gravel'], '.'],
  ['ul', 0, ['li', 0, 'Sand']],
];
const asked: Attributes = {
  to: payee.url,
  item: id,
  amount: '0.02',
  currency: 'USD',
  reason: 'Rivers',
};

const locked = (changes: Partial<Parameters<typeof lockText>[1]> = {}): Promise<Locked> =>
  lockText(text, { item: id, payee: payee.url, key, nonce: bytes(12), ...changes });

/** The page around it: a teaser above, a footer below, and the locked text beside the button. */
async function page(block: Locked | string | undefined, attributes: Attributes = asked) {
  const teaser = document.createElement('p');
  teaser.textContent = 'Rivers keep no diary.';
  const section = document.createElement('div');
  section.className = 'micropay-paid';
  document.body.append(teaser, section);
  if (block !== undefined) {
    const script = document.createElement('script');
    script.type = 'application/json';
    const named = typeof block === 'string' ? id : block.item;
    script.setAttribute(lockedAttribute, named);
    script.textContent = typeof block === 'string' ? block : JSON.stringify(block);
    section.append(script);
  }
  const element = await place(attributes);
  section.prepend(element);
  return { element, teaser, section };
}

const openedIn = (section: Element): string | undefined =>
  section.querySelector('.micropay-opened')?.innerHTML;
const whole = '<p class="first" title="x">They write in <em>gravel</em>.</p><ul><li>Sand</li></ul>';

const owning = (changes: Partial<Owned> = {}): Owned => {
  const money = moneyFrom('0.02', 'USD');
  const quote = { id: 'tip_kept_000000', money, reason: 'Rivers', target: { url: '' }, payee };
  const receipt = receiptOf({ ...quote, owned: true, ready: true }, 'live');
  return { scope: `item:${id}`, until: 2_000_000_000, receipt, text: 'jws.kept', key, ...changes };
};
const client = (script: Partial<Script> = {}) => clientThat({ paid: { key }, ...script });

/** On a test page there are no landmarks. */
async function violationsIn(root: Element): Promise<string[]> {
  const { violations } = await axe.run(root, { rules: { region: { enabled: false } } });
  return violations.map(({ id: rule }) => rule);
}

beforeEach(() => localStorage.clear());

describe('a text that is bought', () => {
  test('passes axe, locked and open', async () => {
    client();
    const { element } = await page(await locked());
    expect(await violationsIn(document.body)).toEqual([]);
    await tap(element);
    await becomes(element, 'paid');
    expect(await violationsIn(document.body)).toEqual([]);
  });

  test('stands below the button, element by element, once the receipt is there', async () => {
    const fake = client();
    const { element, section } = await page(await locked());
    const events = heard(element);
    const opened: unknown[] = [];
    element.addEventListener('micro-pay-opened', ({ detail }) => opened.push(detail));
    await tap(element);
    await becomes(element, 'paid');
    expect(openedIn(section)).toBe(whole);
    expect(labelOf(element)).toBe('Paid 2¢');
    expect(wordsOf(element)).toBe('Paid 2¢. The text is open, below.');
    expect(events.map(({ name }) => name)).toEqual(['micro-pay-intent', 'micro-pay-paid']);
    expect(opened).toEqual([{ item: id, text: true }]);
    expect(fake.settled.map(({ target }) => target)).toMatchObject([{ item: id, to: payee.url }]);
  });

  test('moves nothing above it, and leaves the focus on the button', async () => {
    client();
    const { element, teaser } = await page(await locked());
    const before = [teaser, element].map((one) => one.getBoundingClientRect().top);
    await tap(element);
    await becomes(element, 'paid');
    expect([teaser, element].map((one) => one.getBoundingClientRect().top)).toEqual(before);
    expect(element.shadowRoot?.activeElement).toBe(buttonOf(element));
  });

  test('opens by a payment that an earlier visit left under way', async () => {
    localStorage.setItem('micro-pay:pending x', '1');
    client({ resume: async () => true });
    const { element, section } = await page(await locked());
    await becomes(element, 'paid');
    expect(openedIn(section)).toBe(whole);
  });

  test('that is owned says so, and that nothing was charged', async () => {
    client({ paid: { key, owned: true } });
    const { element } = await page(await locked());
    await tap(element);
    await becomes(element, 'paid');
    expect(wordsOf(element)).toBe(
      'It is yours already. Nothing was charged. The text is open, below.',
    );
  });

  test('is open again on this device without a tap and without asking anyone', async () => {
    // It may look twice, when its attributes come one after the other.
    const asks = new Set<string>();
    const fake = client({ owns: async (how) => (asks.add(JSON.stringify(how)), [owning()]) });
    const { element, section } = await page(await locked());
    await becomes(element, 'paid');
    expect(openedIn(section)).toBe(whole);
    expect(wordsOf(element)).toBe('It is yours: 2¢ was paid. The text is open, below.');
    expect(fake.calls).toEqual([]);
    expect([...asks]).toEqual([JSON.stringify({ scope: `item:${id}`, from: 'device' })]);
    await tap(element);
    await soon(() => expect(panelIsOpen(element)).toBe(true));
    expect(fake.settled).toEqual([]);
  });

  test('that was locked anew opens by the wallet’s key, for nothing', async () => {
    const fake = client({
      paid: { key: otherKey, owned: true },
      owns: async ({ from }) => [owning({ key: from === 'wallet' ? key : otherKey })],
    });
    const { element, section } = await page(await locked());
    await soon(() => expect(element.state).toBe('ready'));
    expect(openedIn(section)).toBeUndefined();
    await tap(element);
    await becomes(element, 'paid');
    expect(openedIn(section)).toBe(whole);
    expect(fake.settled).toHaveLength(1);
  });
});

describe('T3 a page that was changed opens nothing', () => {
  const cut = async () => JSON.stringify(await locked()).slice(0, -30);
  test.each<[string, () => Promise<Locked | string>]>([
    ['cut', cut],
    ['emptied', async () => ''],
    ['shortened', async () => ({ ...(await locked()), text: 'AAAA' })],
    ['with another item’s text', () => locked({ item: 'itm_BBBBBBBBBBBBBBBBBBBBBB' })],
    ['with another payee’s text', () => locked({ payee: 'https://wallet.example/~eve' })],
  ])(
    // Red without: widget/item/item-visit.ts: if (!text || text.isWhole) return super.ask(target); → return super.ask(target);
    'T3 %s: nothing is asked for, and nothing paid',
    async (_what, block) => {
      const fake = client();
      const { element } = await page(await block());
      const events = heard(element);
      await tap(element);
      await becomes(element, 'failed');
      expect(wordsOf(element)).toContain('is not whole. You were not charged.');
      expect(fake.calls).toEqual([]);
      expect(events.map(({ detail }) => detail)).toEqual([
        { code: 'text-damaged', moneyMoved: 'no', nextStep: 'contact' },
      ]);
    },
  );

  test.each<[string, () => Promise<Locked>]>([
    [
      'edited',
      async () => {
        const block = await locked();
        return {
          ...block,
          text: `${block.text.startsWith('A') ? 'B' : 'A'}${block.text.slice(1)}`,
        };
      },
    ],
    ['locked with another key', () => locked({ key: otherKey })],
  ])('T3 %s: it was paid, and the words and the receipt say what to do', async (_what, block) => {
    const fake = client({ owns: async ({ from }) => (from === 'wallet' ? [owning()] : []) });
    const { element, section } = await page(await block());
    const events = heard(element);
    await tap(element);
    await becomes(element, 'failed');
    expect(openedIn(section)).toBeUndefined();
    expect(wordsOf(element)).toContain(
      'You were charged, but the text on this page can’t be opened',
    );
    expect(events.map(({ name, detail }) => [name, detail])).toMatchObject([
      ['micro-pay-intent', {}],
      ['micro-pay-paid', { text: expect.any(String) }],
      ['micro-pay-error', { code: 'text-damaged', moneyMoved: 'yes', nextStep: 'contact' }],
    ]);
    await tap(element);
    await soon(() => expect(panelIsOpen(element)).toBe(true));
    expect(fake.settled).toHaveLength(1);
  });

  test('T3 an answer without a key is such a page too', async () => {
    client({ paid: {} });
    const { element } = await page(await locked());
    await tap(element);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toContain('You were charged, but');
  });
});

describe('T3 a price that is not the wallet’s', () => {
  const repriced = (price: object) =>
    refuse('item-repriced', { extra: { price }, moneyMoved: 'no' });

  test('T3 buys nothing; the wallet’s stands on the button, and the next tap pays that', async () => {
    let refusing = true;
    const dearer = repriced({ amount: '30000', currency: 'usd-micro' });
    const fake = client({ settle: async () => (refusing ? dearer() : undefined) });
    const { element, section } = await page(await locked());
    const events = heard(element);
    await tap(element);
    await soon(() => expect(labelOf(element)).toBe('Pay 3¢'));
    await becomes(element, 'failed');
    await soon(() =>
      expect(wordsOf(element)).toBe('It costs 3¢ now. You were not charged. Tap to pay 3¢.'),
    );
    expect(events.at(-1)?.detail).toEqual({
      code: 'item-repriced',
      moneyMoved: 'no',
      nextStep: 'retry',
    });
    expect([fake.settled, openedIn(section)]).toEqual([[], undefined]);
    refusing = false;
    await tap(element);
    await becomes(element, 'paid');
    expect(fake.settled.map(({ money }) => money)).toEqual([{ amount: '3', currency: 'usd' }]);
    expect(openedIn(section)).toBe(whole);
  });

  test('T3 says what is deducted of a list', async () => {
    client({ settle: repriced({ amount: '60000', currency: 'usd-micro', deducted: true }) });
    const { element } = await page(undefined, { ...asked, amount: '0.10' });
    await tap(element);
    await soon(() => expect(wordsOf(element)).toMatch(/^Some of it is yours already: 6¢ is left/));
  });

  test('T3 an answer that tells no price changes none', async () => {
    client({ settle: repriced({ amount: 3 }) });
    const { element } = await page(await locked());
    await tap(element);
    await becomes(element, 'failed');
    expect(labelOf(element)).toBe('Pay 2¢');
  });
});

describe('several items on a page', () => {
  const second = 'itm_BBBBBBBBBBBBBBBBBBBBBB';

  test('are bought one by one', async () => {
    const fake = client();
    const one = await page(await locked());
    const two = await page(await locked({ item: second }), { ...asked, item: second });
    await tap(two.element);
    await becomes(two.element, 'paid');
    expect([openedIn(one.section), openedIn(two.section)]).toEqual([undefined, whole]);
    expect(one.element.state).toBe('ready');
    expect(fake.settled).toHaveLength(1);
  });

  test('open together by their list, by the wallet’s word alone', async () => {
    let bought = false;
    const fake = client({
      paid: {},
      settle: async () => void (bought = true),
      owns: async ({ from }) => (from !== 'device' && bought ? [owning()] : []),
    });
    const one = await page(await locked());
    const list = await page(undefined, { ...asked, item: second, amount: '0.10' });
    document.dispatchEvent(new CustomEvent('micro-pay-opened', { detail: { text: false } }));
    await tap(list.element);
    await becomes(list.element, 'paid');
    await becomes(one.element, 'paid');
    expect(openedIn(one.section)).toBe(whole);
    expect(fake.settled).toHaveLength(1);
  });

  test('another item in the same element is another purchase', async () => {
    client({ owns: async ({ scope }) => (scope === `item:${id}` ? [owning()] : []) });
    const { element } = await page(await locked());
    await becomes(element, 'paid');
    element.setAttribute('item', second);
    await soon(() => expect(element.state).not.toBe('paid'));
  });
});

test('a refusal of the wallet ends as any does: closed, unknown', async () => {
  for (const code of ['item-closed', 'item-unknown'] as const) {
    client({ settle: () => Promise.reject(new Problem(code)) });
    const { element } = await page(await locked());
    await tap(element);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toContain('You were not charged.');
    document.body.replaceChildren();
  }
});
