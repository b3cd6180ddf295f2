/** The page a browser sees at a closed door: the price in words and one button. No inline script; its style carries a nonce. */
import { decimalFrom, priceLabel } from '../protocol/money.ts';
import { currencyFrom } from '../protocol/currency.ts';
import type { Offer } from './offer.ts';
import type { PageParts, Settings } from './settings.ts';
import { pathOf, type Visit } from './visit.ts';

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? '');

export interface Asked {
  offer: Offer;
  /** The wallet's page, where it can be paid without script */
  plain: string | undefined;
}

export function paymentPage(asked: Asked, visit: Visit, settings: Settings, nonce: string): string {
  const { offer } = asked;
  const parts: PageParts = {
    button: buttonHtml(asked, visit, settings),
    price: escaped(priceLabel(offer.money)),
    title: escaped(offer.title),
    nonce,
  };
  return (settings.page ?? standardPage(settings, new URL(visit.origin).host))(parts);
}

function buttonHtml({ offer, plain }: Asked, visit: Visit, settings: Settings): string {
  const { script, test } = settings;
  const { money } = offer;
  const src = escaped(pathOf(visit));
  const price = escaped(priceLabel(money));
  const amount = decimalFrom(money);
  const { code } = currencyFrom(money.currency);
  const link = escaped(plain ?? pathOf(visit));
  return `<micro-pay src="${src}" amount="${amount}" currency="${code}"${test ? ' test' : ''}><a href="${link}">Pay ${price}</a></micro-pay>
<noscript><p>${plain ? plainWords : scriptWords(offer, settings)}</p></noscript>
<script type="module" src="${escaped(script)}"></script>`;
}

const plainWords =
  'Without JavaScript you pay on the wallet’s page, and come back here. Nothing is charged before you confirm it there.';

function scriptWords({ money }: Offer, { payee }: Settings): string {
  const price = escaped(priceLabel(money));
  const amount = decimalFrom(money);
  const { code } = currencyFrom(money.currency);
  const tip = escaped(`${payee.url}?${new URLSearchParams({ amount, currency: code }).toString()}`);
  return `To open this page, please turn on JavaScript. Without it nothing is charged.
You can still <a href="${tip}">give ${price} to ~${escaped(payee.name)}</a>, but that will not open the page.`;
}

const standardPage =
  ({ payee, test }: Settings, site: string) =>
  ({ button, price, title, nonce }: PageParts): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title || 'Pay to open'} · ${price}</title>
<style nonce="${escaped(nonce)}">${style}</style>
<main>
<p class="site">${escaped(site)}</p>
<h1>${title || 'This page'}</h1>
<p>Costs <strong>${price}</strong>. Paid once, with one tap.</p>
${button}
<p class="small">Paid to <span>~${escaped(payee.name)}</span> at ${escaped(new URL(payee.wallet).host)}. First time? It takes about 30 seconds, and nothing is charged without your confirmation.</p>
${test ? '<p class="test">This is a test: play money is accepted here.</p>' : ''}
</main>
</html>
`;

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1d1b18, #f1eee8); --soft: light-dark(#5f5a52, #b5afa4);
  --paper: light-dark(#faf8f4, #16140f); --card: light-dark(#fff, #211e18); --line: light-dark(#e4dfd5, #3a352c); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: clamp(1.5rem, 6vw, 2.75rem); background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font: 600 clamp(1.5rem, 6vw, 2rem)/1.2 Georgia, "Times New Roman", serif; }
.site { margin: 0 0 1.5rem; color: var(--soft); font-size: .9375rem; }
.small, .test { margin: 1.5rem 0 0; color: var(--soft); font-size: .9375rem; }
.test { border-top: 1px solid var(--line); padding-top: 1rem; }
micro-pay { display: inline-block; min-height: 2.75rem; margin-top: .5rem; }
micro-pay > a { display: inline-block; padding: .6rem 1.25rem; border-radius: .6rem; background: var(--ink);
  color: var(--card); font-weight: 600; text-decoration: none; }
micro-pay > a:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;

/** Lets in the element's script, the calls it makes to this site and the wallet, and nothing else. */
export function pagePolicy({ script, payee }: Settings, nonce: string): string {
  const scripts = URL.canParse(script) ? new URL(script).origin : "'self'";
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src 'self' 'nonce-${nonce}'`,
    `connect-src 'self' ${payee.wallet}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
