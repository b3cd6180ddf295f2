/** What the panel is opened for. Limits and receipts are loaded when someone asks for them. */
import type { MicroPay, Paid, Quote } from '../src/client/api.ts';
import type { Payee } from '../src/protocol/payee.ts';
import type { Money } from '../src/protocol/price.ts';
import type { Problem } from '../src/protocol/problem.ts';
import { approvalView, blockedView, limitView, waitingView } from './approval.ts';
import type { Face } from './face.ts';
import { MicroPayPanel, type View } from './panel.ts';

/** What a person can answer; `proceed` and `redirect` run inside the click. */
export interface Answers {
  proceed: () => void;
  redirect: () => void;
  dismiss: () => void;
}

export class Dialogs {
  readonly #face: Face;
  readonly #micro: MicroPay;
  #panel: MicroPayPanel | undefined;
  /** Counts openings and closings: a view that took too long to load stays closed */
  #turn = 0;

  constructor(face: Face, micro: MicroPay) {
    this.#face = face;
    this.#micro = micro;
  }

  close(): void {
    this.#turn++;
    this.#panel?.close();
  }

  /** Says what will happen, before the first window opens; with a limit in the way, what can be done about it. */
  async approval(quote: Quote, obstacle: Problem, answers: Answers): Promise<void> {
    await this.#open((element) => {
      if (obstacle.code !== 'cap-reached') return approvalView(quote, obstacle, element, answers);
      const account = (): void => {
        answers.dismiss();
        void this.account(quote.payee, quote.money, quote.allowance);
      };
      // A limit of this device is changed here; the wallet's at the wallet.
      const askWallet = obstacle.nextStep === 'approve' ? answers.proceed : undefined;
      return limitView(quote, element, { account, askWallet, dismiss: answers.dismiss });
    });
  }

  async blocked(quote: Quote, answers: Answers): Promise<void> {
    await this.#open((element) => blockedView(quote, element, answers));
  }

  async waiting(quote: Quote, dismiss: () => void): Promise<void> {
    await this.#open((element) => waitingView(quote, element, dismiss));
  }

  /** Limits and receipts of one payee. @param allowance what is left there, as last heard */
  async account(
    payee: Payee,
    money: Money | undefined,
    allowance?: Quote['allowance'],
  ): Promise<void> {
    await this.#open(async (element) => {
      const { accountView } = await import('./account.ts');
      return accountView(this.#micro, { payee, money, allowance }, element);
    });
  }

  /** @param again the person wants to pay the same once more; undefined where that makes no sense */
  async receipt(paid: Paid, again: (() => void) | undefined): Promise<void> {
    await this.#open(async (element) =>
      (await import('./receipt.ts')).receiptView(paid, element, again),
    );
  }

  async #open(load: (element: HTMLElement) => View | Promise<View>): Promise<void> {
    const turn = ++this.#turn;
    const { element } = this.#face;
    const view = await load(element);
    if (turn !== this.#turn || !element.isConnected) return;
    this.#panel = MicroPayPanel.in(element);
    await this.#panel.open(view);
  }
}
