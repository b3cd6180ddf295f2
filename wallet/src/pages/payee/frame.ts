/** The frame of a payee's own pages: whose they are, and the way from one to the other. */
import { html } from 'hono/html';
import { payeeUrl } from 'micro-pay/protocol';
import type { Context } from '../../context.ts';
import type { Payee } from '../../payees.ts';
import { document, type Html } from '../layout.ts';

/** Every page of a payee's side, in the order of the way between them. A new page has its line here. */
const rooms = [
  ['', 'Overview'],
  ['/questions', 'Questions'],
  ['/snippets', 'Buttons'],
  ['/items', 'For sale'],
  ['/page', 'Page'],
  ['/sites', 'Sites'],
  ['/keys', 'Keys'],
] as const;

/** Last part of the address, after `/payee/:name`; `/lock` is reached from `/items`. */
export type Room = (typeof rooms)[number][0] | '/lock';

export const roomUrl = (payee: string, room: Room): string => `/payee/${payee}${room}`;

export interface PayeePage {
  payee: Pick<Payee, 'name' | 'display'>;
  room: Room;
  /** The page's heading; its place in the way between them has a name of its own */
  title: string;
  main: Html;
}

/** A page of one payee, for its owner alone: see `ownRoom`. */
export const payeePage = (context: Context, { payee, room, title, main }: PayeePage): Html =>
  document(context, {
    title: `${title} · ~${payee.name}`,
    script: 'payee.js',
    main: html`<p class="whose">
        <strong><bdi>${payee.display}</bdi></strong
        ><br /><span class="address">${payeeUrl(context.issuer, payee.name)}</span>
      </p>
      <nav class="rooms" aria-label="Pages of ~${payee.name}">
        ${rooms.map(([path, name]) => html`<a href="${roomUrl(payee.name, path)}" ${currentAt(path, room)}>${name}</a>`)}
      </nav>
      <h1>${title}</h1>
      ${main}`,
  });

const currentAt = (path: Room, room: Room): Html | '' => {
  if (path === room) return html` aria-current="page"`;
  return room === '/lock' && path === '/items' ? html` aria-current="true"` : '';
};
