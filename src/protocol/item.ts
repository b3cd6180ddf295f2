/** What a payee sells at its wallet, without a server of its own: how it is registered, changed, looked up, and owned. */
import * as v from 'valibot';
import { itemScope } from './item-scope.ts';
import { amountSchema, currencySchema, id, payeeSchema, plainText, seconds } from './shape.ts';
import { scopeSchema } from './charge-request.ts';

export { itemScope };

/** Made by whoever registers it, with 128 random bits or more: a locked page is bound to it before the wallet knows it. */
export const itemId = v.pipe(v.string(), v.regex(/^itm_[A-Za-z0-9_-]{20,60}$/));

/** The key of a locked text: 32 bytes, base64url. */
export const contentKey = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/));

/** Characters of a title. */
export const maxTitle = 80;
/** Items that a list sells together. */
export const maxListed = 50;

const title = v.pipe(plainText(maxTitle), v.minLength(1));
const address = v.pipe(v.string(), v.maxLength(2_048));

/** The body of `POST /items`, under a call proof by the payee's key. */
export const newItemSchema = v.object({
  id: itemId,
  title,
  /** In base units of the currency, as it will be asked */
  amount: amountSchema,
  currency: currencySchema,
  /** What opens the locked text; an item without one is only a price and what is owned */
  key: v.optional(contentKey),
  /** Where it is read: on a site of the payee */
  url: v.optional(address),
  /** A list: the items that one price buys together */
  items: v.optional(v.pipe(v.array(itemId), v.minLength(2), v.maxLength(maxListed))),
});
export type NewItem = v.InferOutput<typeof newItemSchema>;

/** The body of `POST /items/{id}`: what changes. A price is changed at the wallet only. */
export const changedItemSchema = v.object({
  title: v.optional(title),
  key: v.optional(contentKey),
  url: v.optional(address),
});
export type ChangedItem = v.InferOutput<typeof changedItemSchema>;

/** What anyone may know of an item: the answer of `GET /items/{id}`. */
export const itemSchema = v.object({
  id: itemId,
  payee: payeeSchema,
  title: v.string(),
  amount: amountSchema,
  currency: currencySchema,
  /** It is not sold any more; who owns it can open it */
  closed: v.optional(v.boolean()),
  url: v.optional(v.string()),
  items: v.optional(v.array(itemId)),
});
export type Item = v.InferOutput<typeof itemSchema>;

/** What its payee hears of it beyond that. */
export const ownItemAnswerSchema = v.object({ item: itemSchema, key: v.optional(contentKey) });
export type OwnItemAnswer = v.InferOutput<typeof ownItemAnswerSchema>;

/** The body of `POST /owned`, under a call proof by the page's key. Nothing is ever charged by it. */
export const ownedRequestSchema = v.object({
  /** The grant of the page */
  gnt: id,
  /** Only this: `item:itm_…`, or what a payee's server sells, `GET /articles/1` */
  scope: v.optional(scopeSchema),
});

/** What the person owns at this payee, the newest first. */
export const ownedAnswerSchema = v.object({
  owned: v.array(
    v.object({
      scope: scopeSchema,
      until: seconds,
      /** The wallet's signed word of the payment */
      receipt: v.string(),
      key: v.optional(contentKey),
    }),
  ),
  now: seconds,
});
export type OwnedAnswer = v.InferOutput<typeof ownedAnswerSchema>;
