/** The element `<micro-pay>`: a price, one button, and what became of the tap. */
import { html, LitElement, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';
import type { Details } from './face.ts';
import { button as words } from './messages/en/button.ts';
import { labelOf } from './price-label.ts';
import type { State } from './states.ts';
import { styles } from './styles.ts';
import { TapController } from './tap-controller.ts';
import { ignoreRepeat } from './trusted-click.ts';

/** What is asked for; a change of one is another payment. */
const asked = ['to', 'amount', 'currency', 'reason', 'src'] as const;

/**
 * A button that pays a few cents with one tap.
 *
 * @example <micro-pay src="/article/42" amount="0.02" currency="USD"><a href="/article/42/pay">Read for 2¢</a></micro-pay>
 *
 * @example <micro-pay meter src="/read/{n}" amount="0.01" currency="USD"><span slot="label">a minute</span><a href="/read/1">Read for 1¢ a minute</a></micro-pay>
 *
 * @example <micro-pay item="itm_4qZ" to="https://wallet.example/~news" amount="0.02" currency="USD"><a href="https://wallet.example/~news/itm_4qZ">Read for 2¢</a></micro-pay>
 *
 * @attr item - What the payee sells at its wallet, `itm_…`, with `to`: paid once, and its locked text in the page opens
 * @attr {number | "tap"} meter - The first tap starts a meter, which pays unit after unit while somebody looks: seconds of one, 60 by default. `tap`: each tap is one. `{n}` in `src`, or after the reason, is the number of the unit
 * @attr {number} most - The most units of a meter
 * @attr {State} state - What the button is now, as `:state(…)` says too; read-only
 *
 * @slot - What stands there without JavaScript: a link or form that pays. The button takes its place.
 * @slot label - A few words after the price
 * @slot icon - Instead of the coin
 * @csspart button - The button that pays
 * @csspart icon - Coin, spinner, check or exclamation mark
 * @csspart label - "Pay 2¢"
 * @csspart price - The price in it
 * @csspart test - "play money"
 * @csspart details - The small button that opens limits and receipts
 * @csspart message - What happened and what to do, below the button
 * @csspart choice - What else can be tapped: below the message, and in the dialog
 * @csspart meter - The count of a meter, with two choices while it runs or rests
 * @csspart panel - The dialog
 * @csspart title - Of the dialog
 * @csspart limits - In the dialog: what may be spent on this site, to be changed
 * @csspart receipt - In the dialog: one receipt
 * @csspart receipts - In the dialog: the receipts of this site
 * @cssproperty --micro-pay-background - Of the button
 * @cssproperty --micro-pay-color - Of its text
 * @cssproperty --micro-pay-border - Of button and panel, a `border` value
 * @cssproperty --micro-pay-radius - Corners of the button
 * @cssproperty --micro-pay-height - At least; 44px, or 24px with `compact`
 * @cssproperty --micro-pay-padding - Left and right in the button
 * @cssproperty --micro-pay-focus - Colour of the focus ring
 * @cssproperty --micro-pay-panel-background
 * @cssproperty --micro-pay-panel-color
 * @cssproperty --micro-pay-panel-radius
 * @cssproperty --micro-pay-panel-width
 * @fires micro-pay-intent - Before money moves, of a meter before the first of each start; `preventDefault()` stops it. Detail: money, payee, reason
 * @fires micro-pay-paid - With the verified receipt, for each unit of a meter; `preventDefault()` keeps the element from opening `src`, which a meter never does. Detail: receipt, text, response?
 * @fires micro-pay-error - It was refused, or its fate is unknown. Detail: code, moneyMoved, nextStep
 * @fires micro-pay-opened - An item was paid, or the tap found it owned, and what it is for stands open. Detail: item, text: whether a text of this page opened
 * @fires micro-pay-meter - A meter became something else, or one more unit was paid. Detail: is, units, used, cost, response?
 */
export class MicroPayElement extends LitElement {
  static override styles = styles;
  static override shadowRootOptions = { mode: 'open', delegatesFocus: true } as const;
  static override properties = {
    to: {},
    amount: {},
    currency: {},
    reason: {},
    src: {},
    mode: {},
    test: { type: Boolean },
    compact: { type: Boolean, reflect: true },
  };

  /** The payee's address, `https://wallet.example/~news` */
  declare to: string | undefined;
  /** Major units in decimal, `0.02` */
  declare amount: string | undefined;
  /** ISO 4217 code, `USD` */
  declare currency: string | undefined;
  /** What it is for */
  declare reason: string | undefined;
  /** An address that asks for payment; opened when it was paid */
  declare src: string | undefined;
  /** `redirect`: approve in this tab instead of a window */
  declare mode: string | undefined;
  /** Says "play money" from the start; by itself the element knows it once it heard from the wallet */
  declare test: boolean;
  /** 24 px high, without the small button beside it */
  declare compact: boolean;

  /** Gives one of these buttons more looks; the sheet itself is shared by all. */
  static wear({ shadowRoot }: Element, { styleSheet }: CSSResult): void {
    if (styleSheet && shadowRoot && !shadowRoot.adoptedStyleSheets.includes(styleSheet))
      shadowRoot.adoptedStyleSheets.push(styleSheet);
  }

  readonly #internals = this.attachInternals();
  readonly #tap = new TapController(this);

  /** What the button is now, as the attribute `state` and `:state(…)` say too. Read-only: it follows the payment. */
  get state(): State {
    return this.#tap.state;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hasUpdated || asked.some((name) => changed.has(name))) this.#tap.setUp();
  }

  override updated(): void {
    this.setAttribute('state', this.state);
    this.#internals.states.clear();
    this.#internals.states.add(this.state);
  }

  override render(): TemplateResult {
    const { state, busy, showing, invalid, price, known } = this.#tap;
    const { role = 'status', words: said, choices } = showing;
    const [before, after] = words[state === 'paid' ? 'paid' : 'pay'].split('{price}');
    return html`<span class="row ${role} ${state}"
        ><button
          part="button"
          type="button"
          aria-busy=${busy}
          aria-disabled=${busy || invalid}
          @click=${this.#tap.tap}
          @keydown=${ignoreRepeat}
        >
          <slot name="icon"><span part="icon"></span></slot>
          <span part="label"
            >${before}<bdi part="price">${labelOf(price, this) ?? words.noPrice}</bdi>${after}</span
          >
          <slot name="label"></slot>
          ${known.playMoney || this.test ? html`<span part="test">${words.playMoney}</span>` : ''}
        </button>
        <button
          part="details"
          type="button"
          aria-label=${words.details}
          @click=${this.#tap.details}
        >
          ▾
        </button></span
      ><span part="message" role="status">${role === 'status' ? said : ''}</span
      ><span part="message" role="alert">${role === 'alert' ? said : ''}</span>${choices}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'micro-pay': MicroPayElement;
  }
  interface HTMLElementEventMap {
    'micro-pay-intent': CustomEvent<Details['micro-pay-intent']>;
    'micro-pay-paid': CustomEvent<Details['micro-pay-paid']>;
    'micro-pay-error': CustomEvent<Details['micro-pay-error']>;
    'micro-pay-meter': CustomEvent<Details['micro-pay-meter']>;
    'micro-pay-opened': CustomEvent<Details['micro-pay-opened']>;
  }
}
