/** Who holds the money of who pays, and how it comes back: said to a stranger too, before anything is paid. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Html } from './layout.ts';

/** @param kept what is paid opens something that its payee keeps */
export const yourMoney = ({ issuer, policy }: Context, kept: boolean): Html =>
  html`<div>
    <dt>Your money</dt>
    <dd>
      ${new URL(issuer).host} holds it until a tap pays.
      ${kept ? 'What this opens can’t be taken back; you can ask who was paid to give it back.' : `For ${policy.seconds.undo / 60} minutes you can take a payment back there; later, ask who was paid.`}
    </dd>
  </div>`;
