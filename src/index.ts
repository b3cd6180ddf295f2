/** `micro-pay`: the payer's side, for pages. Every name is listed here by hand: this is the public surface. */
export { createMicroPay } from './client/micro-pay.ts';
export { pendingMarker } from './client/marker.ts';
export { Problem } from './protocol/problem-table.ts';
export type {
  Alert,
  Caps,
  FreeAnswer,
  KeptReceipt,
  MicroPay,
  Options,
  Paid,
  Quote,
  Session,
  SettleOptions,
  Storage,
  Target,
  WalletWindow,
} from './client/api.ts';
export type {
  Left,
  Meter,
  MeterOptions,
  MeterState,
  SessionStatement,
  Way,
} from './client/session-api.ts';
export type { Owned, OwnedOptions, Owns } from './client/owned-api.ts';
export type { Allowance } from './protocol/connect.ts';
export type { Money } from './protocol/money.ts';
export type { MoneyMoved, NextStep, ProblemCode } from './protocol/problem-table.ts';
export type { Receipt } from './client/claims.ts';
export type { Payee } from './protocol/wallet-address.ts';
