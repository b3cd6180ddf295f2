/** The talk before an approval: the panel explains, then the wallet's window or this tab asks, until the wallet has answered. */
import type { MicroPay, Quote, WalletWindow } from '../src/client/api.ts';
import type { Problem } from '../src/protocol/problem.ts';
import type { Deadline } from './deadline.ts';
import type { Answers, Dialogs } from './dialogs.ts';
import type { Face } from './face.ts';
import { patience } from './patience.ts';
import type { Sign } from './sign.ts';

/** Where the talk leads. */
export interface Ways {
  /** The wallet's window is open */
  settle: (wallet: WalletWindow) => void;
  /** The page was left for the wallet and came back from the browser's cache */
  back: () => void;
  fail: (error: unknown) => void;
}

export class Consent {
  readonly #face: Face;
  readonly #micro: MicroPay;
  readonly #sign: Sign;
  readonly #dialogs: Dialogs;
  #waiting: Deadline | undefined;

  constructor(parts: { face: Face; micro: MicroPay; sign: Sign; dialogs: Dialogs }) {
    this.#face = parts.face;
    this.#micro = parts.micro;
    this.#sign = parts.sign;
    this.#dialogs = parts.dialogs;
  }

  async ask(quote: Quote, obstacle: Problem, ways: Ways): Promise<void> {
    this.#sign.show('approve');
    await this.#dialogs.approval(quote, obstacle, this.#answers(quote, ways));
  }

  /** @returns false when the page said no, before any money moves */
  isAllowed({ money, payee, reason }: Quote): boolean {
    return this.#face.emit('micro-pay-intent', { money, payee: payee.url, reason });
  }

  /**
   * While the wallet's window has the word the panel says so, and can call it off.
   * @returns the way out of listening
   */
  wait(quote: Quote, deadline: Deadline): () => void {
    this.#waiting = deadline;
    this.#sign.show('confirming');
    // Without the panel the button says it too.
    this.#dialogs.waiting(quote, deadline.pass).catch(() => undefined);
    return this.#micro.$session.listen((session) => {
      if (session?.payee !== quote.payee.url) return;
      this.#waiting = undefined;
      deadline.set(patience.settle);
      this.#dialogs.close();
      this.#sign.show('paying');
    });
  }

  /** Nobody is asked any more. */
  stop(): void {
    this.#waiting?.pass();
    this.#waiting = undefined;
  }

  /** Each runs inside the click: only there may a window open. */
  #answers(quote: Quote, ways: Ways): Answers {
    const redirect = () => void this.#redirect(quote, ways.back).catch(ways.fail);
    const dismiss = () => this.#sign.rest();
    return {
      redirect,
      dismiss,
      proceed: () => {
        if (!this.isAllowed(quote)) return dismiss();
        if (this.#face.element.mode === 'redirect') return redirect();
        const wallet = this.#micro.openWallet(quote);
        if (wallet.window) return ways.settle(wallet);
        this.#dialogs.blocked(quote, this.#answers(quote, ways)).catch(ways.fail);
      },
    };
  }

  /** Approves in this tab; the page that comes back resumes. */
  async #redirect(quote: Quote, back: () => void): Promise<void> {
    this.#dialogs.close();
    this.#sign.show('confirming');
    const restored = (event: PageTransitionEvent): void => {
      if (event.persisted) back();
    };
    addEventListener('pageshow', restored, { once: true });
    await this.#micro.redirect(quote).finally(() => removeEventListener('pageshow', restored));
  }
}
