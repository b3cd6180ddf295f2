/** A meter: the first unit is paid as anything is, then it runs while somebody looks, and each halt has words and a way on. */
import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { pendingMarker } from '../../src/client/marker.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { Problem } from '../../src/protocol/problem.ts';
import { lockOfThisTab } from '../../src/client/tab-lock.ts';
import type { MicroPayElement } from '../../widget/index.ts';
import { Clock, payee, refuse, type FakeMicroPay, type Script } from './fake-client.ts';
import {
  answer,
  becomes,
  buttonOf,
  choices,
  clientThat,
  heard,
  holdEnter,
  isAsked,
  labelOf,
  panelIsOpen,
  place,
  soon,
  tap,
  type Attributes,
  wordsOf,
} from './support.ts';

const minutes: Attributes = { src: '/read/{n}', amount: '0.01', currency: 'USD', meter: '' };
const boosts: Attributes = {
  to: payee.url,
  amount: '0.10',
  currency: 'USD',
  reason: 'A boost',
  meter: 'tap',
};

afterEach(() => vi.restoreAllMocks());

interface Metered {
  clock: Clock;
  client: FakeMicroPay;
  element: MicroPayElement;
  events: ReturnType<typeof heard>;
}

/** A meter on the page, as a reader finds it who paid here before. */
async function placed(
  script: Partial<Script> = {},
  attributes: Attributes = minutes,
): Promise<Metered> {
  const { clock = new Clock() } = script;
  const client = clientThat({ price: '0.01', clock, ...script });
  const element = await place(attributes, '<span slot="label">a minute</span>');
  return { clock, client, element, events: heard(element) };
}

async function running(...how: Parameters<typeof placed>): Promise<Metered> {
  const made = await placed(...how);
  await tap(made.element);
  await becomes(made.element, 'running');
  return made;
}

/** The next visit to the same page. */
async function reloaded({ client, element }: Metered, attributes = minutes): Promise<Metered> {
  const { storage, clock } = client.script;
  element.remove();
  // Whatever ran there ends with its page.
  await clock.pass(1);
  return placed({ storage, clock: new Clock() }, attributes);
}

/** What was paid for, by address or reason. */
const paidFor = ({ settled }: FakeMicroPay): string[] =>
  settled.map(({ target }) =>
    'url' in target ? new URL(target.url).pathname : (target.reason ?? ''),
  );

const countOf = (element: Element): string =>
  (element.shadowRoot?.querySelector('[part="meter"]')?.textContent ?? '')
    .replace(/\s+/g, ' ')
    .trim();

const isShown = (element: Element): boolean => buttonOf(element).checkVisibility();

const offers = (element: Element): string[] =>
  choices(element).map((one) => one.textContent.trim());

const said = (element: Element, words: string | RegExp) =>
  soon(() =>
    typeof words === 'string'
      ? expect(wordsOf(element)).toBe(words)
      : expect(wordsOf(element)).toMatch(words),
  );

const named = ({ events }: Metered, name: string) =>
  events.filter((event) => event.name === name).map(({ detail }) => detail);

describe('a meter that runs', () => {
  test('has its first unit paid by a tap, and the next ones in advance, by itself', async () => {
    const { clock, client, element } = await running();
    expect(paidFor(client)).toEqual(['/read/1']);
    await clock.pass(133);
    await soon(() => expect(countOf(element)).toContain('2 min 13 s, 3¢ so far (3 × 1¢)'));
    expect(paidFor(client)).toEqual(['/read/1', '/read/2', '/read/3']);
    expect(element.state).toBe('running');
  });

  test('shows count and cost, what is left, and two choices instead of the button', async () => {
    const { clock, element } = await running();
    await clock.pass(13);
    await soon(() =>
      expect(countOf(element)).toMatch(/^13 s, 1¢ so far ?98¢ of your \$1\.00 left today here/),
    );
    expect(offers(element)).toEqual(['Pause', 'Stop']);
    expect(isShown(element)).toBe(false);
    expect(wordsOf(element)).toBe('It runs: 1¢ a minute, until you pause or stop it.');
  });

  test('tells its page before money moves, each receipt with what it bought, and what it is', async () => {
    const { clock, events } = await running();
    await clock.pass(61);
    await soon(() => expect(named({ events } as Metered, 'micro-pay-paid')).toHaveLength(2));
    expect(events.map(({ name }) => name)).toEqual([
      'micro-pay-intent',
      'micro-pay-paid',
      'micro-pay-meter',
      'micro-pay-paid',
      'micro-pay-meter',
    ]);
    expect(events[3]?.detail).toMatchObject({
      receipt: { amt: '1', cur: 'usd' },
      text: /^jws/,
      response: { bodyUsed: false },
    });
    expect(events[4]?.detail).toEqual({ is: 'running', units: 2, used: 0, cost: 20_000n });
  });

  test('of tips has the number of the unit in its reason', async () => {
    const { clock, client } = await running({}, { ...boosts, meter: '10', amount: '0.01' });
    await clock.pass(11);
    expect(paidFor(client)).toEqual(['A boost 1', 'A boost 2']);
  });

  test('ends when there are no more units, and can’t be tapped for more', async () => {
    const { clock, client, element } = await running({}, { ...minutes, most: '2', meter: '30' });
    await clock.pass(60);
    await becomes(element, 'paid');
    expect(wordsOf(element)).toBe('That is all of it: 1 min, 2¢.');
    expect(labelOf(element)).toBe('Paid 1¢');
    await tap(element);
    await soon(() => expect(buttonOf(element).getAttribute('aria-busy')).toBe('false'));
    expect(element.state).toBe('paid');
    expect(paidFor(client)).toEqual(['/read/1', '/read/2']);
  });

  test('runs through units that cost nothing, and hands over what they answered', async () => {
    const { client, element, events } = await placed({ free: true });
    await tap(element);
    await becomes(element, 'running');
    expect(named({ events } as Metered, 'micro-pay-meter').at(-1)).toMatchObject({
      units: 1,
      cost: 0n,
      response: { bodyUsed: false },
    });
    expect(client.settled).toEqual([]);
  });

  test('doesn’t know of other meters and buttons of the page', async () => {
    const { clock, client, element } = await running();
    const other = await place({ ...minutes, src: '/hear/{n}' });
    const button = await place();
    await clock.pass(61);
    expect([other.state, button.state, element.state]).toEqual(['ready', 'ready', 'running']);
    expect(paidFor(client)).toEqual(['/read/1', '/read/2']);
  });
});

test('play money is said while it runs, and while it rests', async () => {
  const { element } = await running({ env: 'test' });
  expect(countOf(element)).toContain('play money');
  await answer(element, 'Pause');
  await becomes(element, 'paused');
  expect(countOf(element)).toContain('play money');
});

describe('the first unit', () => {
  test('is explained and approved as any payment', async () => {
    const { client, element } = await placed({ ready: false });
    await tap(element);
    await isAsked(element);
    expect(isShown(element)).toBe(true);
    await answer(element, 'Continue');
    await becomes(element, 'running');
    expect(client.calls).toEqual(['quote', 'open', 'settle']);
  });

  test('is not paid when the page says no', async () => {
    const { client, element } = await placed();
    element.addEventListener('micro-pay-intent', (event) => event.preventDefault());
    await tap(element);
    await soon(() => expect(client.calls).toEqual(['quote']));
    await soon(() => expect(buttonOf(element).getAttribute('aria-busy')).toBe('false'));
    expect(element.state).toBe('ready');
  });

  test('of another price than the one that stands on the button is not paid', async () => {
    const { client, element } = await placed({ price: '0.02' });
    await tap(element);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toMatch(/one price and asks for another.*not charged/);
    expect(client.settled).toEqual([]);
  });

  test('whose answer got lost is asked for, and then it runs', async () => {
    const { client, element } = await placed({
      settle: refuse('answer-unknown'),
      resume: async () => true,
    });
    await tap(element);
    await becomes(element, 'running');
    expect(client.calls).toEqual(['quote', 'settle', 'resume']);
  });
});

describe('paused', () => {
  test('it uses no time and pays nothing, and says what is paid for', async () => {
    const { clock, client, element } = await running();
    await clock.pass(140);
    await answer(element, 'Pause');
    await becomes(element, 'paused');
    expect(wordsOf(element)).toBe('Paused. 3¢ so far; 40 s are paid for.');
    expect(offers(element)).toEqual(['Go on', 'Stop']);
    await clock.pass(600);
    expect(paidFor(client)).toHaveLength(3);
    await answer(element, 'Go on');
    await becomes(element, 'running');
    await clock.pass(30);
    await soon(() => expect(countOf(element)).toContain('2 min 50 s, 3¢ so far'));
    expect(paidFor(client)).toHaveLength(3);
  });

  test('it asks the page again before more money moves', async () => {
    const { clock, client, element, events } = await running();
    await answer(element, 'Pause');
    await becomes(element, 'paused');
    await answer(element, 'Go on');
    await becomes(element, 'running');
    element.addEventListener('micro-pay-intent', (event) => event.preventDefault());
    await clock.pass(61);
    await becomes(element, 'ready');
    expect(events.filter(({ name }) => name === 'micro-pay-intent')).toHaveLength(2);
    expect(wordsOf(element)).toBe('1 min, 1¢ so far.');
    expect(paidFor(client)).toEqual(['/read/1']);
  });
});

describe('stopped', () => {
  test('it says what it came to, and keeps what is left for the next tap', async () => {
    const made = await running();
    const { clock, client, element } = made;
    await clock.pass(140);
    await answer(element, 'Stop');
    await becomes(element, 'ready');
    expect(wordsOf(element)).toBe(
      'Stopped. 2 min 20 s, 3¢ in all. 40 s are paid for and kept for the next time.',
    );
    expect(labelOf(element)).toBe('Pay 1¢');
    expect(isShown(element)).toBe(true);
    await tap(element);
    await becomes(element, 'running');
    await clock.pass(39);
    expect(paidFor(client)).toHaveLength(3);
    await clock.pass(2);
    expect(paidFor(client)).toEqual(['/read/1', '/read/2', '/read/3', '/read/4']);
  });

  test('from a pause as well', async () => {
    const { element } = await running();
    await answer(element, 'Pause');
    await becomes(element, 'paused');
    await answer(element, 'Stop');
    await becomes(element, 'ready');
    expect(wordsOf(element)).toMatch(/^Stopped\. 0 s, 1¢ in all\. 1 min is paid for and kept/);
  });
});

describe('while nobody looks', () => {
  test('it pauses by itself, goes on by itself, and says so', async () => {
    let visible = true;
    const { clock, client, element, events } = await running({ visible: () => visible });
    visible = false;
    await clock.pass(200);
    await becomes(element, 'paused');
    expect(paidFor(client)).toEqual(['/read/1']);
    visible = true;
    await clock.pass(2);
    await becomes(element, 'running');
    expect(wordsOf(element)).toBe('It was paused while you looked away, and goes on now.');
    expect(named({ events } as Metered, 'micro-pay-meter')).toMatchObject([
      { is: 'running' },
      { is: 'hidden' },
      { is: 'running' },
    ]);
  });

  test('taken away, it pauses, and back on the page it waits', async () => {
    const { clock, client, element } = await running();
    await clock.pass(10);
    element.remove();
    await clock.pass(300);
    expect(paidFor(client)).toEqual(['/read/1']);
    document.body.append(element);
    await becomes(element, 'paused');
    await said(element, 'Paused. 1¢ so far; 50 s are paid for.');
  });

  test('taken away while its first unit is paid, it doesn’t begin', async () => {
    let pay = (): void => undefined;
    const paying = new Promise<void>((resolve) => (pay = resolve));
    const { clock, client, element } = await placed({ settle: () => paying });
    await tap(element);
    await becomes(element, 'paying');
    element.remove();
    pay();
    await becomes(element, 'paused');
    await clock.pass(600);
    expect(paidFor(client)).toEqual(['/read/1']);
    expect(wordsOf(element)).toBe('Paused. 1¢ so far; 1 min is paid for.');
  });
});

describe('after a reload', () => {
  test('it is paused, and never runs or pays by itself', async () => {
    const first = await running();
    await first.clock.pass(140);
    const { clock, client, element, events } = await reloaded(first);
    await becomes(element, 'paused');
    expect(wordsOf(element)).toBe('Paused. 3¢ so far; 40 s are paid for.');
    await clock.pass(600);
    expect(element.state).toBe('paused');
    expect(client.calls).toEqual([]);
    expect(named({ events } as Metered, 'micro-pay-meter')).toMatchObject([
      { is: 'paused', units: 3, cost: 30_000n },
    ]);
    await answer(element, 'Go on');
    await becomes(element, 'running');
    await clock.pass(41);
    expect(paidFor(client)).toEqual(['/read/4']);
  });

  test('with nothing left of the last unit it says what there was, and the button names its price', async () => {
    const first = await running({}, { ...minutes, most: '1' });
    await first.clock.pass(61);
    const { element } = await reloaded(first);
    await said(element, '1 min, 1¢ so far.');
    expect(labelOf(element)).toBe('Pay 1¢');
  });

  test('a unit whose payment was under way is counted, and not started', async () => {
    localStorage.setItem(`${pendingMarker}${payee.url}`, '1');
    const { clock, client, element, events } = await placed({ resume: async () => true });
    await becomes(element, 'paused');
    expect(wordsOf(element)).toBe('Paused. 1¢ so far; 1 min is paid for.');
    await clock.pass(600);
    expect(element.state).toBe('paused');
    expect(client.calls).toEqual(['resume']);
    expect(named({ events } as Metered, 'micro-pay-paid')).toHaveLength(1);
  });
});

describe('a unit that can’t be paid by itself', () => {
  const isRefused = ({ events }: Metered) =>
    expect(named({ events } as Metered, 'micro-pay-meter').at(-1)).toMatchObject({
      is: 'refused',
    });

  test('at a limit of this device leaves two ways on, and goes on when the limit is raised', async () => {
    const made = await running();
    const { clock, client, element } = made;
    Object.assign(client.script, { ready: false, obstacle: 'cap-reached' });
    await clock.pass(61);
    await becomes(element, 'approve');
    isRefused(made);
    expect(wordsOf(element)).toMatch(
      /^It stopped after 1 min, 1¢ in all\. This would pass a limit that was set\./,
    );
    expect(offers(element)).toEqual(['Change limits', 'Not now']);
    expect(isShown(element)).toBe(true);
    await answer(element, 'Change limits');
    await soon(() => expect(panelIsOpen(element)).toBe(true));
    client.script.ready = true;
    await userEvent.keyboard('{Escape}');
    await tap(element);
    await becomes(element, 'running');
    expect(paidFor(client)).toEqual(['/read/1', '/read/2']);
  });

  test('at a limit can be left, and says what there was', async () => {
    const { clock, client, element } = await running();
    Object.assign(client.script, { ready: false, obstacle: 'cap-reached' });
    await clock.pass(61);
    await answer(element, 'Not now');
    await becomes(element, 'ready');
    expect(wordsOf(element)).toBe('1 min, 1¢ so far.');
    await clock.pass(600);
    expect(element.state).toBe('ready');
  });

  test('past a limit of the wallet leads to the wallet, and back', async () => {
    const { clock, client, element } = await running();
    const obstacle = new Problem('cap-reached', { nextStep: 'approve' });
    Object.assign(client.script, { ready: false, obstacle });
    await clock.pass(61);
    await answer(element, 'Ask at the wallet');
    await becomes(element, 'running');
    expect(client.calls.filter((call) => call === 'open')).toHaveLength(1);
    expect(paidFor(client)).toEqual(['/read/1', '/read/2']);
  });

  test('for want of money shows the way to the wallet, and goes on by a tap', async () => {
    const made = await running();
    const { clock, client, element } = made;
    client.script.settle = refuse('insufficient-funds');
    await clock.pass(61);
    await becomes(element, 'needs-funds');
    isRefused(made);
    expect(wordsOf(element)).toMatch(/not enough money.*not charged.*Open the wallet/);
    expect(countOf(element)).toBe('It stopped after 1 min, 1¢ in all.');
    client.script.settle = async () => undefined;
    await tap(element);
    await becomes(element, 'running');
    expect(paidFor(client)).toEqual(['/read/1', '/read/2']);
  });

  test.each(['offline', 'wallet-unreachable', 'approval-denied', 'verification-failed'] as const)(
    'for %s says so, that it was not charged, and what to do',
    async (code) => {
      const { clock, client, element } = await running();
      client.script.settle = refuse(code);
      await clock.pass(61);
      await said(element, /You were not charged\. [A-Z]/);
      expect(offers(element)).toEqual([]);
      await clock.pass(600);
      expect(paidFor(client)).toEqual(['/read/1']);
    },
  );

  // Red without: widget/meter/meter-visit.ts: if (!this.#reading?.isPrice(quote.money)) throw new Problem('price-mismatch');
  test('T3 for another price than the button says is not paid', async () => {
    const { clock, client, element } = await running();
    client.script.price = '0.02';
    await clock.pass(61);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toMatch(/one price and asks for another.*not charged/);
    expect(paidFor(client)).toEqual(['/read/1']);
  });

  test('for another price, where the page states none, has it on the button and waits for a tap', async () => {
    const { clock, client, element } = await placed({}, { src: '/read/{n}', meter: '' });
    await becomes(element, 'ready');
    await tap(element);
    await becomes(element, 'running');
    client.script.price = '0.02';
    await clock.pass(61);
    await becomes(element, 'failed');
    expect(labelOf(element)).toBe('Pay 2¢');
    expect(paidFor(client)).toEqual(['/read/1']);
    await tap(element);
    await becomes(element, 'running');
    expect(paidFor(client)).toEqual(['/read/1', '/read/2']);
  });

  test('of unknown fate is asked for, goes on, and is not paid twice', async () => {
    const { clock, client, element, events } = await running();
    client.script.settle = refuse('answer-unknown');
    let answered = (): void => undefined;
    client.script.resume = () => new Promise((done) => (answered = () => done(true)));
    await clock.pass(61);
    await soon(() => expect(client.calls).toContain('resume'));
    expect(element.state).toBe('checking');
    expect(countOf(element)).toBe('1 min, 1¢ so far.');
    answered();
    await becomes(element, 'running');
    expect(client.calls.filter((call) => call === 'settle')).toHaveLength(2);
    expect(named({ events } as Metered, 'micro-pay-paid')).toHaveLength(2);
    await clock.pass(30);
    await soon(() => expect(countOf(element)).toContain('1 min 30 s, 2¢ so far'));
  });

  test('of unknown fate that stays unknown is asked for by the next tap', async () => {
    const { clock, client, element } = await running();
    let known = false;
    client.script.settle = refuse('receipt-invalid');
    client.script.resume = async () => known;
    await clock.pass(61);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toMatch(/not known yet/);
    expect(countOf(element)).toBe('1 min, 1¢ so far.');
    known = true;
    await tap(element);
    await becomes(element, 'running');
    expect(client.calls.filter((call) => call === 'settle')).toHaveLength(2);
  });

  test('of unknown fate that turns out to be refused has stopped it, and that is said then', async () => {
    const { clock, client, element } = await running();
    client.script.settle = refuse('answer-unknown');
    client.script.resume = refuse('insufficient-funds');
    await clock.pass(61);
    await becomes(element, 'needs-funds');
    expect(countOf(element)).toBe('It stopped after 1 min, 1¢ in all.');
  });

  test('that was paid and not delivered is asked for again by the next tap', async () => {
    const { clock, client, element } = await running();
    client.script.settle = refuse('delivery-failed');
    await clock.pass(61);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toMatch(/You were charged\./);
    client.script.resume = async () => true;
    await tap(element);
    await becomes(element, 'running');
    expect(client.calls.filter((call) => call === 'settle')).toHaveLength(2);
  });
});

describe('the two choices', () => {
  // Red without: widget/meter/meter-view.ts: @click=${(event: UIEvent) => isOneClick(event) && act()} → @click=${act}
  test('T10 are not taken by a script: what is paused stays so', async () => {
    const { clock, client, element } = await running();
    await answer(element, 'Pause');
    await becomes(element, 'paused');
    for (const choice of choices(element)) {
      choice.click();
      choice.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    }
    await clock.pass(600);
    expect(element.state).toBe('paused');
    expect(paidFor(client)).toEqual(['/read/1']);
  });

  // Red without: widget/meter/meter-view.ts: @keydown=${(event: KeyboardEvent) => event.repeat && event.preventDefault()}
  test('T10 are taken once by a key that is held', async () => {
    const { element } = await running();
    const told: unknown[] = [];
    element.addEventListener('micro-pay-meter', ({ detail }) => told.push(detail.is));
    choices(element)[0]?.focus();
    await holdEnter(6);
    await becomes(element, 'paused');
    expect(told).toEqual(['paused']);
  });
});

describe('a meter of taps', () => {
  test('pays one more with each tap, and rests', async () => {
    const { clock, client, element, events } = await placed({}, boosts);
    for (const count of ['', ' 2 times, 20¢ so far.', ' 3 times, 30¢ so far.']) {
      await tap(element);
      await said(element, `Paid 10¢.${count}`);
      expect(element.state).toBe('ready');
    }
    await clock.pass(600);
    expect(paidFor(client)).toEqual(['A boost 1', 'A boost 2', 'A boost 3']);
    expect(named({ events } as Metered, 'micro-pay-meter')).toMatchObject([
      { is: 'idle', units: 1, cost: 100_000n },
      { is: 'idle', units: 2 },
      { is: 'idle', units: 3, cost: 300_000n },
    ]);
  });

  test('knows what there was after a reload, and ends at its most', async () => {
    const most = { ...boosts, most: '2' };
    const first = await placed({}, most);
    await tap(first.element);
    await said(first.element, /^Paid 10¢/);
    const { client, element } = await reloaded(first, most);
    await said(element, 'Once, 10¢ so far.');
    await tap(element);
    await becomes(element, 'paid');
    expect(wordsOf(element)).toBe('That is all of it: 2 times, 20¢.');
    expect(paidFor(client)).toEqual(['A boost 2']);
  });
});

describe('the same meter in two tabs', () => {
  test('is one: a unit paid in one runs in the other, and none is paid twice', async () => {
    const shared = { storage: memoryStorage(), lock: lockOfThisTab(), clock: new Clock() };
    const one = await running(shared);
    await shared.clock.pass(10);
    const two = await placed(shared);
    await becomes(two.element, 'paused');
    await answer(two.element, 'Go on');
    await becomes(two.element, 'running');
    await shared.clock.pass(180);
    const all = [...paidFor(one.client), ...paidFor(two.client)].toSorted();
    expect(all).toEqual(['/read/1', '/read/2', '/read/3', '/read/4']);
  });

  test('needs no payment where the other has paid: a tap uses what is left', async () => {
    const shared = { storage: memoryStorage(), lock: lockOfThisTab(), clock: new Clock() };
    const one = await placed(shared);
    // Each tab has its own client.
    await new Promise((resolve) => requestIdleCallback(resolve));
    const two = await placed(shared);
    await new Promise((resolve) => requestIdleCallback(resolve));
    await tap(one.element);
    await becomes(one.element, 'running');
    await tap(two.element);
    await becomes(two.element, 'running');
    expect([paidFor(one.client), paidFor(two.client)]).toEqual([['/read/1'], []]);
  });
});

describe('attributes', () => {
  test('that change mean another meter; the one before waits', async () => {
    const { clock, client, element } = await running();
    await clock.pass(10);
    element.setAttribute('src', '/hear/{n}');
    await becomes(element, 'ready');
    await clock.pass(600);
    expect(paidFor(client)).toEqual(['/read/1']);
    element.setAttribute('src', '/read/{n}');
    await becomes(element, 'paused');
    await said(element, 'Paused. 1¢ so far; 50 s are paid for.');
  });

  test.each([
    ['meter', '0'],
    ['meter', '-5'],
    ['meter', 'soon'],
    ['meter', '100000'],
    ['most', '0'],
    ['most', 'all'],
  ])(
    '%s="%s" make no sense: nothing can be tapped, and the console says what to write',
    async (name, value) => {
      const loud = vi.spyOn(console, 'error').mockReturnValue();
      const { client, element } = await placed({}, { ...minutes, [name]: value });
      await becomes(element, 'failed');
      expect(buttonOf(element).getAttribute('aria-disabled')).toBe('true');
      expect(loud.mock.calls[0]?.[0]).toMatch(/^<micro-pay>: meter must be seconds/);
      expect(client.calls).toEqual([]);
    },
  );
});

describe('for everyone', () => {
  async function complaints(): Promise<unknown[]> {
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  }

  test('axe finds nothing while it runs, is paused, is stopped, or was refused', async () => {
    const { clock, client, element } = await running();
    expect(await complaints()).toEqual([]);
    await answer(element, 'Pause');
    await becomes(element, 'paused');
    expect(await complaints()).toEqual([]);
    await answer(element, 'Stop');
    await becomes(element, 'ready');
    expect(await complaints()).toEqual([]);
    await tap(element);
    await becomes(element, 'running');
    Object.assign(client.script, { ready: false, obstacle: 'cap-reached' });
    await clock.pass(61);
    await becomes(element, 'approve');
    expect(await complaints()).toEqual([]);
  });

  test('each change is said once, and no second is', async () => {
    const { clock, element } = await running();
    const told: string[] = [];
    const regions = element.shadowRoot?.querySelectorAll('[part="message"]') ?? [];
    const ear = new MutationObserver(() => told.push(wordsOf(element)));
    for (const region of regions)
      ear.observe(region, { childList: true, characterData: true, subtree: true });
    await clock.pass(130);
    expect(told).toEqual([]);
    await answer(element, 'Pause');
    await becomes(element, 'paused');
    await answer(element, 'Go on');
    await becomes(element, 'running');
    expect(told).toEqual([
      'Paused. 3¢ so far; 50 s are paid for.',
      'It runs: 1¢ a minute, until you pause or stop it.',
    ]);
    const timer = element.shadowRoot?.querySelector('[role="timer"]');
    expect(timer?.getAttribute('aria-live')).toBe('off');
  });

  test('the focus follows: to the choices while it runs, and back to the button', async () => {
    const { clock, client, element } = await placed();
    const focused = () => element.shadowRoot?.activeElement?.textContent.trim();
    element.focus();
    await userEvent.keyboard('{Enter}');
    await becomes(element, 'running');
    await soon(() => expect(focused()).toBe('Pause'));
    await userEvent.keyboard('{Enter}');
    await becomes(element, 'paused');
    await soon(() => expect(focused()).toBe('Go on'));
    await userEvent.keyboard('{Enter}');
    await becomes(element, 'running');
    client.script.settle = refuse('offline');
    await clock.pass(61);
    await becomes(element, 'offline');
    await soon(() => expect(element.shadowRoot?.activeElement).toBe(buttonOf(element)));
    expect(document.activeElement).toBe(element);
  });

  test('the focus is not taken from where somebody writes', async () => {
    const { clock, client, element } = await running();
    const input = document.createElement('input');
    document.body.append(input);
    input.focus();
    client.script.settle = refuse('offline');
    await clock.pass(61);
    await becomes(element, 'offline');
    expect(document.activeElement).toBe(input);
  });

  test('both choices look alike, and are big enough for a finger', async () => {
    const { element } = await running();
    const looks = choices(element).map((choice) => {
      const { color, backgroundColor, fontSize, fontWeight, border } = getComputedStyle(choice);
      const { height } = choice.getBoundingClientRect();
      return { color, backgroundColor, fontSize, fontWeight, border, height };
    });
    expect(looks[0]).toEqual(looks[1]);
    expect(looks[0]?.height).toBeGreaterThanOrEqual(44);
  });

  test('at 320 px nothing is wider than the page, in both directions, with spaced text', async () => {
    await page.viewport(320, 640);
    for (const dir of ['ltr', 'rtl']) {
      const { clock, element } = await running({}, { ...minutes, src: `/${dir}/{n}`, dir });
      element.style.cssText =
        'letter-spacing:.12em;word-spacing:.16em;line-height:1.5;font-size:2em';
      await clock.pass(133);
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
      await answer(element, 'Pause');
      await becomes(element, 'paused');
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
      element.remove();
    }
    await page.viewport(414, 896);
  });
});
