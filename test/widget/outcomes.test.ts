/** How a payment ends: each refusal in a state with words and a next step, each doubt in a question, each event once. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { pendingMarker } from '../../src/client/marker.ts';
import { Problem, type ProblemCode, problems } from '../../src/protocol/problem.ts';
import { start } from '../../widget/start.ts';
import { loadFrom, useMicroPay } from '../../widget/tap-controller.ts';
import { fakeMicroPay, keptReceipts, never, refuse } from './fake-client.ts';
import {
  answer,
  becomes,
  buttonOf,
  choices,
  clientThat,
  heard,
  isAsked,
  labelOf,
  panelIsOpen,
  panelOf,
  place,
  soon,
  tap,
  tip,
  within,
  wordsOf,
} from './support.ts';

/** Some turns of the loop, in which what is wrong would show. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
};

afterEach(() => {
  vi.restoreAllMocks();
  loadFrom(async (face, micro) => start(face, () => import('../../widget/later/index.ts'), micro));
});

describe('a refusal', () => {
  test.each<[ProblemCode, string, RegExp]>([
    [
      'insufficient-funds',
      'needs-funds',
      /not enough money.*not charged\. Tap again when there is enough/,
    ],
    ['approval-denied', 'denied', /refused.*not charged\. Tap to approve/],
    ['popup-closed', 'approve', /closed before an answer.*not charged\. Tap to approve/],
    ['grant-revoked', 'approve', /taken back.*not charged\. Tap to approve/],
    ['cap-reached', 'failed', /pass a limit.*not charged\. Tap to see your limits/],
    ['offline', 'offline', /no connection.*not charged\. Tap to try again/],
    ['wallet-unreachable', 'no-wallet', /does not answer.*not charged\. Tap to try again/],
    ['wallet-unsupported', 'no-wallet', /no micro-pay wallet.*not charged\. Please tell/],
    ['payee-unknown', 'failed', /does not know the payee.*not charged\. Please tell/],
    ['receipt-invalid', 'failed', /could not be verified.*not known yet/],
    ['delivery-failed', 'failed', /did not deliver.*were charged\. Tap to ask again/],
  ])('%s ends in the state %s, with words and a next step', async (code, state, words) => {
    clientThat({ settle: refuse(code) });
    const element = await place();
    const events = heard(element);
    await tap(element);
    await becomes(element, state);
    expect(wordsOf(element)).toMatch(words);
    const { moneyMoved, nextStep } = problems[code];
    expect(events.map(({ name, detail }) => [name, detail])).toEqual([
      ['micro-pay-intent', expect.objectContaining({ payee: tip['to'] })],
      ['micro-pay-error', { code, moneyMoved, nextStep }],
    ]);
    expect(labelOf(element)).toBe('Pay 2¢');
  });

  test.each<[ProblemCode, string]>([
    ['grant-revoked', 'approve'],
    ['delivery-failed', 'failed'],
  ])('%s of a payment that the wallet knows leads to a message about it', async (code, state) => {
    clientThat({ settle: refuse(code, { extra: { payment: 'pay_1&x' } }) });
    const element = await place();
    await tap(element);
    await becomes(element, state);
    const link = within<HTMLAnchorElement>(element, '[part="message"] a');
    expect([link.textContent, link.href, link.target]).toEqual([
      'Ask about it',
      'https://wallet.example/questions/new?payment=pay_1%26x',
      '_blank',
    ]);
  });

  test('of funds shows the way to the wallet', async () => {
    clientThat({ settle: refuse('insufficient-funds') });
    const element = await place();
    await tap(element);
    await becomes(element, 'needs-funds');
    const link = within<HTMLAnchorElement>(element, '[part="message"] a');
    expect([link.href, link.rel, link.target]).toEqual([
      'https://wallet.example/',
      'noopener',
      '_blank',
    ]);
  });

  test('is over with the next tap', async () => {
    let tries = 0;
    clientThat({ settle: async () => (tries++ ? undefined : refuse('offline')()) });
    const element = await place();
    await tap(element);
    await becomes(element, 'offline');
    await tap(element);
    await becomes(element, 'paid');
    expect(wordsOf(element)).toBe('Paid 2¢.');
  });
});

test('when the rest of the code can’t be loaded nobody was charged', async () => {
  useMicroPay(() => Promise.reject(new TypeError('no network')));
  const element = await place();
  const events = heard(element);
  await tap(element);
  await becomes(element, 'offline');
  expect(wordsOf(element)).toContain('You were not charged.');
  expect(events).toHaveLength(1);
  clientThat();
  await tap(element);
  await becomes(element, 'paid');
});

test('a fault of the client is told in the console, and asked about before anything is said', async () => {
  const loud = vi.spyOn(console, 'error').mockReturnValue();
  const client = clientThat({ settle: () => Promise.reject(new TypeError('oops')) });
  const element = await place();
  await tap(element);
  await becomes(element, 'failed');
  expect(client.calls).toEqual(['quote', 'settle', 'resume']);
  expect(loud).toHaveBeenCalled();
});

describe('an approval', () => {
  test('is explained before the window opens, which opens inside the click', async () => {
    const client = clientThat({ ready: false });
    const element = await place();
    await tap(element);
    await isAsked(element);
    expect(client.calls).toEqual(['quote']);
    await answer(element, 'Continue');
    await becomes(element, 'paid');
    expect(client.calls).toEqual(['quote', 'open', 'settle']);
  });

  test('offers two answers that look alike, and neither is chosen beforehand', async () => {
    clientThat({ ready: false });
    const element = await place();
    await tap(element);
    await isAsked(element);
    const looks = choices(element).map((choice) => {
      const { color, backgroundColor, fontSize, fontWeight, border } = getComputedStyle(choice);
      const { height } = choice.getBoundingClientRect();
      return { color, backgroundColor, fontSize, fontWeight, border, height };
    });
    expect(looks).toHaveLength(2);
    expect(looks[0]).toEqual(looks[1]);
    expect(element.shadowRoot?.activeElement).toBe(buttonOf(element));
    expect(element.shadowRoot?.querySelector(':checked, input')).toBeNull();
  });

  test('that was put off leaves the button ready, and the focus on it', async () => {
    clientThat({ ready: false });
    const element = await place();
    await tap(element);
    await answer(element, 'Not now');
    await becomes(element, 'ready');
    expect(document.activeElement).toBe(element);
    expect(element.shadowRoot?.activeElement).toBe(buttonOf(element));
  });

  test('in a blocked window goes on in this tab', async () => {
    const client = clientThat({ ready: false, popup: false });
    const element = await place();
    await tap(element);
    await answer(element, 'Continue');
    await soon(() => expect(choices(element)[0]?.textContent.trim()).toBe('Go on in this tab'));
    expect(element.state).toBe('approve');
    const events = heard(element);
    await answer(element, 'Go on in this tab');
    await becomes(element, 'confirming');
    await soon(() => expect(client.calls).toEqual(['quote', 'open', 'redirect']));
    expect(events).toEqual([]);
  });

  test('with mode="redirect" opens no window', async () => {
    const client = clientThat({ ready: false });
    const element = await place({ ...tip, mode: 'redirect' });
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'confirming');
    await soon(() => expect(client.calls).toEqual(['quote', 'redirect']));
  });

  test('that was given turns into paying', async () => {
    const client = clientThat({ ready: false, settle: never });
    const element = await place();
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'confirming');
    client.approve();
    await becomes(element, 'paying');
    expect(choices(element)).toEqual([]);
  });

  test('no longer waited for is asked about, and says that nothing was charged', async () => {
    const client = clientThat({ ready: false, settle: never });
    const element = await place();
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'confirming');
    await answer(element, 'Stop waiting');
    await becomes(element, 'failed');
    expect(client.calls).toEqual(['quote', 'open', 'settle', 'resume']);
    expect(wordsOf(element)).toContain('You were not charged.');
  });

  test('that comes when nobody waits for it any more changes nothing', async () => {
    const client = clientThat({ ready: false, settle: never });
    const element = await place();
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'confirming');
    await answer(element, 'Stop waiting');
    await becomes(element, 'failed');
    client.approve();
    await element.updateComplete;
    expect(element.state).toBe('failed');
    expect(buttonOf(element).getAttribute('aria-busy')).toBe('false');
  });

  test('past a limit of this device leads to the limits', async () => {
    const detail = '2¢ would pass your limit of 1¢ for one day here.';
    clientThat({ ready: false, obstacle: new Problem('cap-reached', { detail }) });
    const element = await place();
    await tap(element);
    await soon(() => expect(wordsOf(element)).toContain(detail));
    await answer(element, 'Change limits');
    await soon(() =>
      expect(panelOf(element).shadowRoot?.querySelector('[part="limits"]')).not.toBeNull(),
    );
  });

  test('past a limit of the wallet leads to the wallet', async () => {
    const obstacle = new Problem('cap-reached', { nextStep: 'approve' });
    const client = clientThat({ ready: false, obstacle });
    const element = await place();
    await tap(element);
    await answer(element, 'Ask at the wallet');
    await becomes(element, 'paid');
    expect(client.calls).toEqual(['quote', 'open', 'settle']);
  });
});

describe('what is only looked at', () => {
  test('ends no payment under way, and says nothing of it', async () => {
    let quotes = 0;
    clientThat({
      settle: never,
      quote: () => (quotes++ ? refuse('offline')() : Promise.resolve()),
    });
    const element = await place();
    await tap(element);
    await becomes(element, 'paying');
    const events = heard(element);
    await userEvent.click(within(element, '[part="details"]'));
    await soon(() => expect(quotes).toBe(2));
    await turns();
    expect(element.state).toBe('paying');
    expect(events).toEqual([]);
  });

  test('unsays no payment, though the receipt can’t be shown now', async () => {
    loadFrom(async (face, micro) => start(face, () => Promise.reject(new TypeError()), micro));
    clientThat({ ready: false });
    const element = await place();
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'paid');
    const events = heard(element);
    await tap(element);
    await soon(() => expect(buttonOf(element).getAttribute('aria-busy')).toBe('false'));
    expect(element.state).toBe('paid');
    expect(events).toEqual([]);
  });
});

test('a paid button that is moved in its page stays paid: the next tap shows the receipt', async () => {
  const client = clientThat();
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  const elsewhere = document.createElement('div');
  document.body.append(elsewhere);
  elsewhere.append(element);
  await tap(element);
  await soon(() => expect(panelIsOpen(element)).toBe(true));
  expect(client.settled).toHaveLength(1);
  expect(element.state).toBe('paid');
});

test('a page that can’t make its SDK says so, and the next tap tries again', async () => {
  let broken = true;
  useMicroPay(() => {
    if (broken) throw new TypeError('wrong options');
    return fakeMicroPay();
  });
  const element = await place();
  await tap(element);
  await becomes(element, 'offline');
  broken = false;
  await tap(element);
  await becomes(element, 'paid');
});

test('when the code that resumes can’t be loaded, nobody is told anything', async () => {
  loadFrom(async (face, micro) => start(face, () => Promise.reject(new TypeError()), micro));
  localStorage.setItem(`${pendingMarker}${tip['to']}`, '1');
  clientThat();
  const element = await place();
  const events = heard(element);
  await new Promise((resolve) => requestIdleCallback(resolve));
  await turns();
  expect([element.state, wordsOf(element)]).toEqual(['ready', '']);
  expect(events).toEqual([]);
});

describe('no state lasts for ever', () => {
  test('left for the wallet and shown again from the browser’s cache, the button can be tapped', async () => {
    clientThat({ ready: false });
    const element = await place({ ...tip, mode: 'redirect' });
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'confirming');
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await becomes(element, 'ready');
    expect(buttonOf(element).getAttribute('aria-busy')).toBe('false');
  });

  test('what came to its end just when nobody waited any more is paid', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = clientThat({ settle: never });
    client.receipts.list = async () =>
      keptReceipts.map((kept) => ({
        ...kept,
        receipt: { ...kept.receipt, cid: client.settling ?? '' },
      }));
    const element = await place();
    await tap(element);
    await becomes(element, 'paying');
    await vi.advanceTimersByTimeAsync(30_000);
    await becomes(element, 'paid');
  });

  test('paying ends in a question, the question in words, and the next tap asks again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let known = false;
    const client = clientThat({
      settle: never,
      resume: () => (known ? Promise.resolve(true) : never()),
    });
    const element = await place();
    await tap(element);
    await becomes(element, 'paying');
    await vi.advanceTimersByTimeAsync(30_000);
    await becomes(element, 'checking');
    await vi.advanceTimersByTimeAsync(120_000);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toMatch(
      /not known yet.*Tap to ask again; you will not be charged twice/,
    );
    known = true;
    await tap(element);
    await becomes(element, 'paid');
    expect(client.calls.filter((call) => call === 'settle')).toHaveLength(1);
  });

  test('what is given up with its fate unknown is told, and nothing is paid anew by itself', async () => {
    const over = new Problem('session-ended', { moneyMoved: 'unknown', nextStep: 'contact' });
    let open = true;
    const client = clientThat({
      settle: refuse('answer-unknown'),
      resume: async () => {
        if (!open) return false;
        open = false;
        throw over;
      },
    });
    const element = await place();
    await tap(element);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toMatch(/not known yet whether you were charged\. Please tell/);
    expect(client.calls).toEqual(['quote', 'settle', 'resume']);
  });

  test('a price that doesn’t come is no connection', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = clientThat({ quote: never });
    const element = await place();
    await tap(element);
    await soon(() => expect(client.calls).toEqual(['quote']));
    await vi.advanceTimersByTimeAsync(20_000);
    await becomes(element, 'offline');
  });

  test('a window that never answers is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    clientThat({ ready: false, settle: never });
    const element = await place();
    await tap(element);
    await answer(element, 'Continue');
    await becomes(element, 'confirming');
    await vi.advanceTimersByTimeAsync(600_000);
    await becomes(element, 'failed');
    expect(wordsOf(element)).toContain('You were not charged.');
  });
});

describe('the events', () => {
  test('tell the intent before, the receipt after, through shadow roots', async () => {
    clientThat();
    const outer = document.createElement('div');
    const element = await place();
    document.body.append(outer);
    outer.attachShadow({ mode: 'open' }).append(element);
    const events = heard(document);
    await tap(element);
    await becomes(element, 'paid');
    expect(events.map(({ name }) => name)).toEqual(['micro-pay-intent', 'micro-pay-paid']);
    expect(events[0]?.detail).toEqual({
      money: { amount: '2', currency: 'usd' },
      payee: tip['to'],
      reason: 'Tip',
    });
    expect(events[1]?.detail).toMatchObject({ receipt: { amt: '2' }, text: /^jws/ });
  });

  test('an intent that was prevented pays nothing', async () => {
    const client = clientThat();
    const element = await place();
    element.addEventListener('micro-pay-intent', (event) => event.preventDefault());
    await tap(element);
    await soon(() => expect(client.calls).toEqual(['quote']));
    await soon(() => expect(buttonOf(element).getAttribute('aria-busy')).toBe('false'));
    expect(element.state).toBe('ready');
    expect(client.calls).toEqual(['quote']);
  });

  test('what is owned opens without an intent: no money moves', async () => {
    const client = clientThat({ owned: true });
    const element = await place();
    const events = heard(element);
    await tap(element);
    await becomes(element, 'paid');
    expect(events.map(({ name }) => name)).toEqual(['micro-pay-paid']);
    expect(client.settled).toHaveLength(1);
  });

  test('a paid address of this site is opened, unless the page says no', async () => {
    clientThat();
    // One after the other: the first says “Paid” by then, and only one button is called “Pay”.
    for (const src of ['#opened', '#kept']) {
      const element = await place({ src });
      if (src === '#kept')
        element.addEventListener('micro-pay-paid', (event) => event.preventDefault());
      await becomes(element, 'ready');
      await tap(element);
      await becomes(element, 'paid');
    }
    expect(location.hash).toBe('#opened');
    history.replaceState(null, '', location.pathname + location.search);
  });

  test('an address that asks for nothing is opened, and nothing is called paid', async () => {
    clientThat({ free: true });
    const element = await place({ src: '#free', amount: '0.02', currency: 'USD' });
    const events = heard(element);
    await tap(element);
    await soon(() => expect(wordsOf(element)).toContain('nothing to pay'));
    expect(element.state).toBe('ready');
    expect(events).toEqual([]);
    expect(location.hash).toBe('#free');
    history.replaceState(null, '', location.pathname + location.search);
  });
});

describe('a page that comes back', () => {
  test('finishes what was begun, without a tap', async () => {
    localStorage.setItem(`${pendingMarker}${tip['to']}`, '1');
    const client = clientThat({ resume: async () => true });
    const element = await place();
    await becomes(element, 'paid');
    expect(client.calls).toEqual(['resume']);
  });

  test('with nothing begun stays quiet', async () => {
    localStorage.setItem(`${pendingMarker}${tip['to']}`, '1');
    const client = clientThat();
    const element = await place();
    await soon(() => expect(client.calls).toEqual(['resume']));
    expect(element.state).toBe('ready');
    expect(wordsOf(element)).toBe('');
  });
});

test('play money is said on the button, in its name and on the receipt', async () => {
  clientThat({ env: 'test' });
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  expect(labelOf(element)).toBe('Paid 2¢ play money');
  await tap(element);
  await soon(() => expect(panelIsOpen(element)).toBe(true));
  expect(panelOf(element).shadowRoot?.querySelector('h2')?.textContent).toContain('play money');
});
