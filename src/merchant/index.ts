/**
 * `micro-pay/merchant`: the payee's server. Request in, response out.
 * Every name is listed here by hand: this is the public surface.
 */
export { paywall } from './paywall.ts';
export type { Deliver, Paywall } from './paywall.ts';
export type { PageParts, PaywallOptions, Price } from './settings.ts';
export type { Item, ItemSource } from './offer.ts';
export { openApi } from './open-api.ts';
export type { OpenApiOptions, PricedPath } from './open-api.ts';
export { accessOf } from './access.ts';
export type { Access } from './access.ts';
export type { Admission, Admitted } from './admission.ts';
export { memoryStore } from './memory-store.ts';
export { sqliteStore } from './sqlite-store.ts';
export type { SqliteDatabase } from './sqlite-store.ts';
export type { KeptKeys, Outcome, Payer, Payment, PaywallStore, Purchase } from './store.ts';
export { sqlStore, sqlTables } from './sql-store.ts';
export type { SqlQuery } from './sql-store.ts';
export { challengeScript } from './sessions/session-challenge.ts';
export { newPayeeKey } from './sessions/payee-key.ts';
export type { PayeeKey } from './sessions/payee-key.ts';
export type { Observed, SessionOptions, SettleOptions } from './sessions/session-options.ts';
export type { SessionItem } from './sessions/price-class.ts';
export type { Session, SessionKey, SessionStore, Tap } from './sessions/session-store.ts';
export type { Sessions } from './sessions/sessions.ts';
export type { Settled } from './sessions/settle.ts';
export type { SettlingOptions } from './sessions/settling.ts';
export type { MeterOptions } from './sessions/meter.ts';
export { honoPaywall } from './adapters/hono.ts';
export type { HonoContext, HonoMiddleware } from './adapters/hono.ts';
export { expressPaywall } from './adapters/express.ts';
export type { ExpressMiddleware, ExpressRequest, ExpressResponse } from './adapters/express.ts';
export { nodePaywall } from './adapters/node.ts';
export type { NodeRequest, NodeResponse } from './adapters/node.ts';
/** What a store or an item throws to be answered as a problem. */
export { Problem } from '../protocol/problem.ts';
