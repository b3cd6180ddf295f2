/** The frame of every page: its head, the wallet's name, and, with play money, the words that say so. */
import { html } from 'hono/html';
import { secondsNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { assetUrl } from './assets.ts';

/** What a template gives: text that is escaped already. */
export type Html = ReturnType<typeof html>;

export interface Page {
  title: string;
  /** In the middle of something, with nowhere else to go: the name of the wallet is no link */
  closed?: boolean;
  /** It works without script, and doesn't say otherwise */
  plain?: boolean;
  /** Name of the asset that this page needs beside the script of all pages */
  script?: string;
  /** More of the head */
  head?: Html;
  main: Html;
}

export const document = (
  context: Context,
  { title, closed, plain, script, head, main }: Page,
): Html =>
  html`<!doctype html>
    <html lang="en" data-now="${secondsNow(context)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · micro-pay wallet</title>
        ${head ?? ''}
        <link rel="icon" href="${assetUrl('icon.svg')}" />
        <link rel="stylesheet" href="${assetUrl('wallet.css')}" />
        <script type="module" src="${assetUrl('wallet.js')}"></script>
        ${script ? html`<script type="module" src="${assetUrl(script)}"></script>` : ''}
      </head>
      <body>
        <header>
          ${closed ? brand : html`<a href="/">${brand}</a>`}${context.env === 'test' ? playMoney : ''}
        </header>
        <main>
          ${main}
          <p class="said" role="alert" id="said"></p>
          ${plain ? '' : needsScript}
        </main>
        <footer>
          <p>
            This is the wallet at ${new URL(context.issuer).host}.
            ${context.mail ? html`It never asks for a password, and for a code only after you asked it for one.` : html`It never asks for a password, a code or your e-mail address.`}
          </p>
        </footer>
      </body>
    </html>`;

const needsScript = html`<noscript
  ><p class="said">This wallet needs JavaScript: passkeys can’t be used without it.</p></noscript
>`;

const brand = html`<span class="brand"><span aria-hidden="true">¢</span>micro-pay wallet</span>`;
const playMoney = html`<p class="play"><strong>Play money</strong><span> – not real</span></p>`;

/** Beside what could be taken for real money: every price, and every button that pays. */
const playWords = html`play money`;

/** A price as the eye finds it first. */
export const amount = ({ env }: Pick<Context, 'env'>, price: string): Html =>
  html`<span class="price">${price}</span
    >${env === 'test' ? html` <span class="note">${playWords}</span>` : ''}`;

/** The second line of a button that pays. */
export const inPlayMoney = ({ env }: Pick<Context, 'env'>): Html | '' =>
  env === 'test' ? html`<small>${playWords}</small>` : '';

/** A field that a form carries along. */
export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;
