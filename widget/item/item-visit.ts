/** A button's visit where it sells an item: paid as anything is, and then the text of the page is opened with the key that came. */
import type { Paid, Target } from '../../src/client/api.ts';
import { fits } from '../../src/client/claims.ts';
import type { Owned, OwnedOptions } from '../../src/client/owned-api.ts';
import type { SafeNode } from '../../src/lock/tree.ts';
import { itemScope } from '../../src/protocol/item-scope.ts';
import { decimalFrom, type Money } from '../../src/protocol/price.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import { item as words } from '../messages/en/item.ts';
import type { Payment } from '../payment.ts';
import { labelOf } from '../price-label.ts';
import { isSame } from '../target.ts';
import { Visit } from '../visit.ts';
import { LockedText } from './locked-text.ts';

/** An item of a payee. */
type Sold = Extract<Target, { to: string }> & { item: string };

const opened = 'micro-pay-opened';
const priceShape = { amount: '', currency: '' } as const;

export class ItemVisit extends Visit {
  /** What the paid button says */
  #said = '';
  #stopListening: (() => void) | undefined;

  constructor(...made: ConstructorParameters<typeof Payment>) {
    super(...made);
    const told = this.fail;
    this.fail = async (error, wallet) => {
      await told(error, wallet);
      if (error instanceof Problem && error.code === 'item-repriced') await this.#reprice(error);
    };
    // It is no property: nobody else sees it change.
    new MutationObserver(() => this.#setUp()).observe(this.face.element, {
      attributeFilter: ['item'],
    });
  }

  /** As the button does when another of its attributes changes. */
  #setUp(): void {
    if (this.face.busy) return;
    this.face.know({ price: undefined });
    this.rest();
    this.begin();
  }

  override begin(): void {
    super.begin();
    this.#listen();
    void this.#look('device');
  }

  override leave(): void {
    super.leave();
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  override wish(): Target | undefined {
    const [target, item] = [super.wish(), this.face.element.getAttribute('item')];
    return target && 'to' in target && item ? { ...target, item } : target;
  }

  /** A text that was cut is noticed before anything is paid for it. */
  override async ask(target: Target): Promise<void> {
    const sold = this.#sold();
    const text = sold && LockedText.of(sold, this.face.element);
    if (!text || text.isWhole) return super.ask(target);
    this.#damaged(words.damaged, 'no');
  }

  /** Paid is shown with what it opened. */
  override settled(paid: Paid): void {
    if (this.paid?.text === paid.text) return super.settled(paid);
    this.run(async () => {
      const { element } = this.face;
      const sold = this.#sold();
      const locked = sold && LockedText.of(sold, element);
      const text = sold && locked && (await this.#read(sold, locked, paid.key));
      this.#said = paid.owned ? words.owned : words.paid(priceOf(paid, element));
      if (locked && !text) return this.#stayShut(paid);
      if (text) this.#open(locked, text);
      super.settled(paid);
      this.#tell(Boolean(text));
    });
  }

  override showPaid(): void {
    this.show('paid', this.#said);
  }

  #sold(): Sold | undefined {
    const target = this.wish();
    return target && 'to' in target && target.item ? { ...target, item: target.item } : undefined;
  }

  /** By the key that came, or by the one that the wallet has now: the text may have been locked anew. */
  async #read(sold: Sold, locked: LockedText, key: unknown): Promise<SafeNode[] | undefined> {
    const text = await locked.read(key);
    if (text) return text;
    const [owned] = await this.#owned(sold, 'wallet').catch(() => []);
    return owned && owned.key !== key ? locked.read(owned.key) : undefined;
  }

  #open(locked: LockedText, text: SafeNode[]): void {
    locked.show(text);
    this.#said += ` ${words.open}`;
  }

  #tell(text: boolean): void {
    this.face.emit(opened, { item: this.#sold()?.item ?? '', text });
  }

  async #owned(sold: Sold, from?: OwnedOptions['from']): Promise<Owned[]> {
    const micro = await this.sdk.whole();
    const scope = itemScope(sold.item);
    return micro.owned(sold.to, { scope, ...(from && { from }) });
  }

  /** What was bought before stands open, without a tap and, by this device's word, without a request. */
  async #look(from?: 'device'): Promise<void> {
    const sold = this.#sold();
    if (!sold || this.paid) return;
    try {
      const [owned] = await this.#owned(sold, from);
      const locked = LockedText.of(sold, this.face.element);
      const text = locked && (await locked.read(owned?.key));
      // Its key may be an older one: the next tap asks the wallet, for nothing.
      if (!owned || (locked && !text)) return;
      if (this.face.busy || this.paid || !isSame(sold, this.wish())) return;
      const { receipt } = owned;
      this.paid = { receipt, text: owned.text, target: sold, key: owned.key };
      const price = { amount: receipt.amt, currency: receipt.cur };
      this.face.know({ price, playMoney: receipt.env === 'test' });
      this.#said = words.kept(priceOf(this.paid, this.face.element));
      if (locked && text) this.#open(locked, text);
      this.showPaid();
    } catch {
      // What can't be looked at is bought, or found to be owned, by a tap.
    }
  }

  /** A list that was bought on this page opens what is in it. An event says so, and only the wallet is believed. */
  #listen(): void {
    this.#stopListening ??= listenTo((event) => {
      const isText =
        event instanceof CustomEvent && Reflect.get(Object(event.detail), 'text') === true;
      if (event.target !== this.face.element && !isText) void this.#look();
    });
  }

  /** The wallet's price stands on the button from now on: the next tap pays that one. */
  async #reprice({ extra: { price } }: Problem): Promise<void> {
    const { element } = this.face;
    if (!fits(priceShape, price)) return;
    const label = labelOf(price, element) ?? '';
    [element.amount, element.currency] = [decimalFrom(price), codeOf(price)];
    await element.updateComplete;
    const say = 'deducted' in price ? words.deducted : words.repriced;
    this.show('failed', say(label), { role: 'alert' });
  }

  /** Paid, and not delivered: the receipt is what helps. */
  #stayShut(paid: Paid): void {
    const { receipt, text } = paid;
    [this.open, this.paid] = [undefined, paid];
    this.face.emit('micro-pay-paid', { receipt, text, response: undefined });
    this.#damaged(words.shut, 'yes');
  }

  #damaged(said: string, moneyMoved: 'yes' | 'no'): void {
    this.show('failed', said, { role: 'alert' });
    this.face.emit('micro-pay-error', { code: 'text-damaged', moneyMoved, nextStep: 'contact' });
  }
}

const codeOf = ({ currency }: Money): string => currency.slice(0, 3).toUpperCase();

const priceOf = ({ receipt: { amt, cur } }: Paid, element: Element): string =>
  labelOf({ amount: amt, currency: cur }, element) ?? '';

/** @returns the way out */
function listenTo(hear: (event: Event) => void): () => void {
  document.addEventListener(opened, hear);
  return () => document.removeEventListener(opened, hear);
}
