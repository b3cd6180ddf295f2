/** Who holds the money of who pays, and how it comes back: said to a stranger too, before anything is paid. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Html } from './layout.ts';

/** @param back how a payment comes back */
export const yourMoney = ({ issuer }: Context, back: string): Html =>
  html`<div>
    <dt>Your money</dt>
    <dd>${new URL(issuer).host} holds it until a tap pays. ${back}</dd>
  </div>`;

export const undoWords = ({ policy }: Context): string =>
  `For ${policy.seconds.undo / 60} minutes you can take a payment back there, ${policy.undo.count} a week at most; later, ask who was paid.`;

/** @param what its payee keeps */
export const keptWords = (what: string): string =>
  `${what} can’t be taken back; you can ask who was paid to give it back.`;
