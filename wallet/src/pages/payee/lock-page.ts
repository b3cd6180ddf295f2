/** Locking a page in the payee's browser: the file never leaves it, only title, price and key come to this wallet. */
import { html } from 'hono/html';
import { payeeUrl } from 'micro-pay/protocol';
import type { Context } from '../../context.ts';
import { formToken } from '../../forms.ts';
import type { ItemRow } from '../../items.ts';
import { assetUrl } from '../assets.ts';
import { elementUrl } from '../element-files.ts';
import type { Html } from '../layout.ts';
import { payeePage, roomUrl } from './frame.ts';
import { blockedNote, capNote, priceField, titleField } from './items-page.ts';
import { actToken, type Own } from './own.ts';

/** What the page's mark looks like. */
const mark = '<!-- micro-pay: the rest is paid -->';

/** @param locked items whose text can be locked anew */
export const lockPage = (context: Context, own: Own, locked: readonly ItemRow[]): Html =>
  payeePage(context, {
    payee: own.payee,
    room: '/lock',
    title: 'Lock a page',
    main: html`<p>
        The beginning of your page stays for everyone; the rest is locked, and opens for a few
        cents. Your file stays in this browser: this wallet gets its title, the price, and the key.
      </p>
      ${blockedNote(own)} ${lockForm(context, own, locked)} ${done(context, own)}
      <script type="module" src="${assetUrl('lock.js')}"></script>`,
  });

const lockForm = (context: Context, own: Own, locked: readonly ItemRow[]): Html => {
  const { name } = own.payee;
  const action = roomUrl(name, '/items');
  return html`<form
    method="post"
    action="${action}"
    class="card"
    data-lock
    data-change="${action}/change"
    data-change-token="${formToken(context, own.login, `change item ~${name}`)}"
    data-payee="${payeeUrl(context.issuer, name)}"
    data-test="${context.env === 'test' ? 'yes' : 'no'}"
  >
    <label
      >The HTML file of your page <input type="file" accept=".html,.htm,text/html" data-lock-file
    /></label>
    <p class="warn" role="alert" data-lock-fault></p>
    <fieldset data-lock-blocks hidden>
      <legend>Where does the paid part begin?</legend>
      <p class="note">
        Or write <code>${mark}</code> into the file where it begins, and choose it again.
      </p>
      <div data-lock-choices></div>
    </fieldset>
    <div data-lock-plan hidden>
      <div data-lock-refused hidden>
        <p class="warn">This can’t be in a locked text:</p>
        <ul class="plain" data-lock-found></ul>
        <label class="tick"
          ><input type="checkbox" data-lock-leave-out /><span
            >Leave it out, and lock the rest</span
          ></label
        >
      </div>
      <dl class="facts">
        <div>
          <dt>Stays free</dt>
          <dd data-lock-teaser></dd>
        </div>
        <div>
          <dt>Is locked</dt>
          <dd data-lock-body></dd>
        </div>
      </dl>
      <div class="maker">
        ${
          locked.length > 0
            ? html`<label
                >Sold as
                <select data-lock-item>
                  <option value="">a new item</option>
                  ${locked.map(({ id, title }) => html`<option value="${id}">the text of “${title}”, changed</option>`)}
                </select>
              </label>`
            : ''
        }
        <div class="maker" data-lock-new>
          ${titleField()} ${priceField('0.02')} ${capNote(context, own)}
        </div>
        <label
          >Where your page gets the button from
          <select data-lock-script>
            <option value="${context.issuer}${elementUrl}">This wallet: nothing to do</option>
            <option value="${elementUrl}">A file micro-pay.js that I put on my site</option>
          </select>
        </label>
        <label
          >Where it will be read, if you know it; this wallet’s page for it links there
          <input name="url" type="url" maxlength="2048" autocomplete="off" placeholder="https://"
        /></label>
      </div>
      <p><button class="main wide" data-lock-go>Lock and sell</button></p>
    </div>
    ${actToken(context, own, 'sell item')}
  </form>`;
};

const done = (context: Context, { payee: { name } }: Own): Html =>
  html`<section class="card" data-lock-done hidden aria-labelledby="locked">
    <h2 id="locked" tabindex="-1">It is locked, and for sale</h2>
    <p><a class="button main" data-lock-save download>Save the locked page</a></p>
    <ol>
      <li>Put it on your site in place of your page: under the page’s name, without “.locked”.</li>
      <li>
        Open it there, as a reader
        does.${context.env === 'test' ? ' It is play money, so you may buy it yourself.' : ''}
      </li>
      <li>
        Each sale comes to your <a href="${roomUrl(name, '')}">overview</a>, and can be given back
        from there.
      </li>
    </ol>
    <p>
      <strong>Keep the file you chose</strong>: it is the only one with all the words. To change
      them later, lock the changed file again here, as the text of this item. The price is changed
      where you see what is <a href="${roomUrl(name, '/items')}">for sale</a>.
    </p>
  </section>`;
