/** The price: what stands on the button is what is paid, and nothing else ever is. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { never } from './fake-client.ts';
import {
  answer,
  becomes,
  buttonOf,
  choices,
  clientThat,
  heard,
  isAsked,
  labelOf,
  place,
  soon,
  tap,
  tip,
  wordsOf,
} from './support.ts';

afterEach(() => vi.restoreAllMocks());

describe('82 a price that is none', () => {
  test.each(['0.0000001', 'NaN', '1000000000', '', '0', '-1', '1e3', ' 0.02', '0,02', '٢', '0x10'])(
    'amount="%s" is not payable',
    async (amount) => {
      const loud = vi.spyOn(console, 'error').mockReturnValue();
      const client = clientThat();
      const element = await place({ ...tip, amount });
      const events = heard(element);
      await becomes(element, 'failed');
      await soon(() => expect(wordsOf(element)).toMatch(/could not be read.*not charged/));
      expect(labelOf(element)).toBe('Pay …');
      expect(buttonOf(element).getAttribute('aria-disabled')).toBe('true');
      buttonOf(element).focus();
      expect(client.calls).toEqual([]);
      expect(events.map(({ detail }) => detail)).toEqual([
        { code: 'invalid-price', moneyMoved: 'no', nextStep: 'contact' },
      ]);
      expect(loud.mock.calls.flat().join(' ')).toContain('amount="0.02" currency="USD"');
      expect(element.shadowRoot?.textContent).not.toContain(amount || 'undefined');
    },
  );

  test.each([
    [{ currency: 'US$' }, 'invalid-price'],
    [{ currency: 'usd' }, 'invalid-price'],
    [{ to: 'https://wallet.example/news' }, 'payee-unknown'],
    [{ to: 'javascript:alert(1)' }, 'payee-unknown'],
    [{ src: 'javascript:alert(1)' }, 'not-found'],
  ])('%j is %s', async (attributes, code) => {
    vi.spyOn(console, 'error').mockReturnValue();
    const client = clientThat();
    const element = await place({ ...tip, ...attributes });
    const events = heard(element);
    await becomes(element, 'failed');
    await soon(() => expect(events).toHaveLength(1));
    expect(events[0]?.detail).toMatchObject({ code, moneyMoved: 'no' });
    expect(client.calls).toEqual([]);
  });

  test('repaired attributes make it payable again', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    clientThat();
    const element = await place({ ...tip, amount: 'NaN' });
    await becomes(element, 'failed');
    element.amount = '0.05';
    await becomes(element, 'ready');
    expect(labelOf(element)).toBe('Pay 5¢');
    await tap(element);
    await becomes(element, 'paid');
  });
});

describe('an address without a stated price', () => {
  test('is asked when the button is seen', async () => {
    const client = clientThat();
    const element = await place({ src: '#article' });
    await becomes(element, 'ready');
    expect(labelOf(element)).toBe('Pay 2¢');
    expect(client.calls).toEqual(['quote']);
  });

  test('is not asked while the button is out of sight', async () => {
    const client = clientThat();
    const element = await place({ src: '#article', style: 'position:absolute;top:9000px' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(element.state).toBe('idle');
    expect(client.calls).toEqual([]);
  });
});

/** Each mutation is made while the price is being asked for: after the tap, before anything is paid. */
const mutations: [string, (element: Awaited<ReturnType<typeof place>>) => void][] = [
  ['attribute amount', (e) => e.setAttribute('amount', '9.00')],
  ['property amount', (e) => (e.amount = '9.00')],
  ['attribute currency', (e) => e.setAttribute('currency', 'EUR')],
  ['property currency', (e) => (e.currency = 'EUR')],
  ['attribute to', (e) => e.setAttribute('to', 'https://wallet.example/~thief')],
  ['property to', (e) => (e.to = 'https://wallet.example/~thief')],
  ['attribute reason', (e) => e.setAttribute('reason', 'Something else')],
  ['attribute src', (e) => e.setAttribute('src', '#elsewhere')],
  ['property src', (e) => (e.src = '#elsewhere')],
  ['removed amount', (e) => e.removeAttribute('amount')],
];

for (const [name, mutate] of mutations) {
  // Red without: widget/payment.ts: if (!isSame(target, this.wish())) throw new Problem('price-mismatch');
  test(`T3 nothing is paid when this changes between tap and price: ${name}`, async () => {
    let release = (): void => undefined;
    const client = clientThat({ quote: () => new Promise((resolve) => (release = resolve)) });
    const element = await place();
    await tap(element);
    await soon(() => expect(client.calls).toEqual(['quote']));
    mutate(element);
    await element.updateComplete;
    release();
    await becomes(element, 'failed');
    expect(client.settled).toEqual([]);
    expect(wordsOf(element)).toContain('You were not charged.');
  });

  test(`T3 the price of the quote stays on the button when this changes while paying: ${name}`, async () => {
    const client = clientThat({ settle: never });
    const element = await place();
    await tap(element);
    await becomes(element, 'paying');
    mutate(element);
    await element.updateComplete;
    expect(labelOf(element)).toBe('Pay 2¢');
    expect(element.state).toBe('paying');
    expect(client.calls).toEqual(['quote', 'settle']);
  });
}

// Red without: widget/payment.ts: if (!isSamePrice(price, quote.money)) → if (false)
test('T3 a challenge with another price than the label is refused', async () => {
  const client = clientThat({ price: '0.20' });
  const element = await place({ src: '#article', amount: '0.02', currency: 'USD' });
  const events = heard(element);
  await tap(element);
  await becomes(element, 'failed');
  expect(client.settled).toEqual([]);
  expect(events.map(({ detail }) => detail)).toEqual([
    { code: 'price-mismatch', moneyMoved: 'no', nextStep: 'reload' },
  ]);
});

test('the same price in another unit is the same price', async () => {
  const client = clientThat({ price: '0.02' });
  const element = await place({ src: '#article', amount: '0.020000', currency: 'USD' });
  element.addEventListener('micro-pay-paid', (event) => event.preventDefault());
  await tap(element);
  await becomes(element, 'paid');
  expect(client.settled).toHaveLength(1);
});

// Red without: widget/visit.ts: this.leave();
test('T3 attributes changed while the person is asked: the question goes, nothing is paid', async () => {
  const client = clientThat({ ready: false });
  const element = await place();
  await tap(element);
  await isAsked(element);
  element.amount = '9.00';
  await soon(() => expect(choices(element)).toEqual([]));
  expect(labelOf(element)).toBe('Pay $9.00');
  expect(element.state).toBe('ready');
  // The next tap asks for the new price; it does not go on with the old one.
  await tap(element);
  await soon(() => expect(client.calls).toEqual(['quote', 'quote']));
});

test('T3 a forged state or event changes nothing', async () => {
  const client = clientThat();
  const element = await place();
  element.setAttribute('state', 'paid');
  element.dispatchEvent(new CustomEvent('micro-pay-paid', { detail: {} }));
  await element.updateComplete;
  expect(element.state).toBe('ready');
  expect(labelOf(element)).toBe('Pay 2¢');
  expect(client.calls).toEqual([]);
});

test('before a window opens the price, the payee and the reason of the quote are named', async () => {
  clientThat({ ready: false });
  const element = await place();
  await tap(element);
  await isAsked(element);
  expect(wordsOf(element)).toMatch(/2¢ to news at wallet\.example, for “.?Tip.?”/);
  expect(wordsOf(element)).toContain(
    'It takes about 30 seconds. Nothing is charged without your confirmation.',
  );
  await answer(element, 'Not now');
  await becomes(element, 'ready');
  expect(wordsOf(element)).toBe('');
});
