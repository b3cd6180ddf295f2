/** What a payment sees of its button and may do to it: the line between the first chunk and the rest, which is loaded later. */
import type { TemplateResult } from 'lit';
import type { Money } from '../src/protocol/price.ts';
import type { MoneyMoved, NextStep, ProblemCode } from '../src/protocol/problem-table.ts';
import type { Receipt } from '../src/client/claims.ts';
import type { MeterState } from '../src/client/session-api.ts';
import type { State } from './states.ts';

/** `event.detail` of what the element says, by name. */
export interface Details {
  'micro-pay-intent': { money: Money; payee: string; reason: string };
  'micro-pay-paid': { receipt: Receipt; text: string; response?: Response | undefined };
  'micro-pay-error': { code: ProblemCode; moneyMoved: MoneyMoved; nextStep: NextStep };
  'micro-pay-meter': MeterDetail;
  /** `text`: it is open in the page */
  'micro-pay-opened': { item: string; text: boolean };
}

/** A meter's count, of all visits: milliseconds used of the newest unit, and the cost of all in units of the ledger. */
export interface MeterDetail extends Pick<MeterState, 'is' | 'units' | 'used' | 'cost'> {
  /** What the address of a unit that cost nothing answered; its body is unread */
  response?: Response | undefined;
}

/** The element with what its page asks for: strings as they stand in the HTML, unchecked. */
export interface Wish extends HTMLElement {
  to: string | null | undefined;
  amount: string | null | undefined;
  currency: string | null | undefined;
  reason: string | null | undefined;
  src: string | null | undefined;
  mode: string | null | undefined;
  /** Resolves when it is drawn as it was last asked to be */
  readonly updateComplete: Promise<boolean>;
}

/** Words to tap, and what they do. */
export type Choice = [label: string, act: () => void];

/** What is shown beside the state. */
export interface Showing {
  busy?: boolean;
  role?: 'status' | 'alert';
  words?: string | TemplateResult;
  /** What can be tapped beside the button */
  choices?: TemplateResult[];
}

/** What was learnt about the payment; it stays when the state changes, and goes when the attributes do. */
export interface Known {
  /** Shown instead of the price the page states */
  price?: Money | undefined;
  playMoney?: boolean;
  /** A tap can do nothing: the attributes make no sense */
  invalid?: boolean;
}

export interface Face {
  readonly element: Wish;
  readonly state: State;
  /** Something is under way */
  readonly busy: boolean;
  /** A tap can do nothing: there is no price, or an unreadable one, and no address to ask */
  readonly invalid: boolean;
  /** What stands on the button, undefined while it is not known */
  readonly price: Money | undefined;
  know: (known: Known) => void;
  show: (state: State, showing?: Showing) => void;
  /** There is no connection to go on with. @param unknown the words where it isn't known whether money moved */
  lost: (unknown?: string) => void;
  /** @returns false when a listener said no */
  emit: <Name extends keyof Details>(name: Name, detail: Details[Name]) => boolean;
}
