/** The button among others: strict pages, narrow pages, right-to-left pages, and pages that throw it away. */
import { expect, test } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { MicroPayElement } from '../../widget/index.ts';
import {
  buttonOf,
  clientThat,
  isAsked,
  panelIsOpen,
  panelOf,
  place,
  soon,
  tap,
  tip,
  within,
} from './support.ts';

test('a strict page with trusted types sees no violation, panel open too', async () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src *; " +
    "require-trusted-types-for 'script'; trusted-types lit-html";
  const frame = document.createElement('iframe');
  const told = new Promise<MessageEvent>((resolve) =>
    addEventListener('message', (event) => event.source === frame.contentWindow && resolve(event)),
  );
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
    <body><script type="module" src="${new URL('./strict-page.ts', import.meta.url).href}"></script>`;
  document.body.append(frame);
  expect((await told).data).toEqual({ panel: true, violations: [] });
});

function makeAndForget(): WeakRef<MicroPayElement> {
  const element = new MicroPayElement();
  for (const [name, value] of Object.entries(tip)) element.setAttribute(name, value);
  document.body.append(element);
  return new WeakRef(element);
}

test('300 buttons made and removed leave none behind', async () => {
  clientThat();
  const made = Array.from({ length: 300 }, makeAndForget);
  // Idle callbacks come in turn: with this one, each button has begun to load what it needs.
  await new Promise((resolve) => requestIdleCallback(resolve));
  document.body.replaceChildren();
  // What is still on its way to a button keeps it until it has come.
  await soon(async () => {
    await cdp().send('HeapProfiler.collectGarbage');
    expect(made.filter((one) => one.deref())).toHaveLength(0);
  });
});

test('a button taken away while its panel is open takes the panel with it', async () => {
  clientThat();
  const element = await place();
  const open = async () => {
    await userEvent.click(within(element, '[part="details"]'));
    await soon(() => expect(panelIsOpen(element)).toBe(true));
  };
  await open();
  element.remove();
  await soon(() => expect(panelIsOpen(element)).toBe(false));
  document.body.append(element);
  await open();
});

test('a button taken away while it asks something asks anew', async () => {
  const client = clientThat({ ready: false });
  const element = await place();
  await tap(element);
  await isAsked(element);
  element.remove();
  document.body.append(element);
  await tap(element);
  await soon(() => expect(client.calls).toEqual(['quote', 'quote']));
});

test('the slotted link is not shown beside the button', async () => {
  clientThat();
  const element = await place(tip, '<a href="/pay">Read for 2¢</a>');
  expect(element.querySelector('a')?.getBoundingClientRect().width).toBe(0);
  expect(buttonOf(element).offsetWidth).toBeGreaterThan(44);
});

test('a page’s own words follow the price, and the name keeps both', async () => {
  clientThat();
  const element = await place(tip, '<span slot="label">Read on</span>');
  await expect
    .element(page.getByRole('button', { name: /^Pay 2¢\s+Read on$/ }))
    .toBeInTheDocument();
  expect(element.state).toBe('ready');
});

test.each([
  ['en', '0.02', 'USD', '2¢'],
  ['en', '0.002', 'USD', '0.2¢'],
  ['de', '0.02', 'EUR', '0,02 €'],
  ['ja', '5', 'JPY', '￥5'],
  ['en', '0.0025', 'KWD', 'KWD 0.0025'],
])('in %s, %s %s is %s', async (lang, amount, currency, label) => {
  clientThat();
  const element = await place({ ...tip, amount, currency, lang });
  const price = within(element, '[part="price"]').textContent.replace(/\s/g, ' ');
  expect(price).toBe(label);
});

test('compact is small enough for a line and big enough for a finger', async () => {
  clientThat();
  const element = await place({ ...tip, compact: '' });
  expect(buttonOf(element).offsetHeight).toBeGreaterThanOrEqual(24);
  expect(buttonOf(element).offsetHeight).toBeLessThan(44);
  expect(within(element, '[part="details"]').checkVisibility()).toBe(false);
});

test('at 320 px nothing is wider than the page, in both directions, with spaced text', async () => {
  await page.viewport(320, 640);
  for (const dir of ['ltr', 'rtl']) {
    clientThat();
    const element = await place({ ...tip, dir, amount: '1234.567891', currency: 'CHF' });
    element.style.cssText = 'letter-spacing:.12em;word-spacing:.16em;line-height:1.5;font-size:2em';
    await userEvent.click(within(element, '[part="details"]'));
    await soon(() => expect(panelIsOpen(element)).toBe(true));
    const dialog = panelOf(element).shadowRoot?.querySelector('dialog');
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    expect(dialog?.scrollWidth).toBeLessThanOrEqual(dialog?.clientWidth ?? 0);
    await userEvent.keyboard('{Escape}');
    clientThat({ ready: false });
    const asking = await place({ ...tip, dir });
    asking.style.cssText = element.style.cssText;
    await tap(asking);
    await isAsked(asking);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
    element.remove();
    asking.remove();
  }
  await page.viewport(414, 896);
});

test('two parts of one page may both import the element', async () => {
  await import('../../widget/index.ts');
  expect(customElements.get('micro-pay')).toBe(MicroPayElement);
});
