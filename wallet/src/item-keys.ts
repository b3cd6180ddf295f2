/** The key of a locked text: given with the receipt to who owns it, and to nobody else. */
import { itemScope } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findItem, keyIn } from './items.ts';
import type { Answer } from './payment-rows.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

/**
 * Puts the key beside the receipt. It is never kept with the answer, so a purchase that was taken back opens nothing any more.
 * @param answer a yes: paid now or before
 */
export async function withKey(
  tx: Tx,
  context: Context,
  wish: Wish,
  answer: Answer,
): Promise<Answer> {
  const item = wish.request.methodDetails?.item;
  const key = item === undefined ? undefined : await keyFor(tx, context, wish, itemScope(item));
  if (key === undefined) return answer;
  return { ...answer, body: `${answer.body.slice(0, -1)},"key":${JSON.stringify(key)}}` };
}

/** @returns undefined where the person doesn't own it now, or nothing is locked */
export async function keyFor(
  tx: Tx,
  context: Context,
  { person, payee }: Pick<Wish, 'person' | 'payee'>,
  scope: string,
): Promise<string | undefined> {
  const owned = await tx.get<{ scope: string }>(
    'select scope from entitlements where person = $1 and payee = $2 and scope = $3 and until > $4',
    person,
    payee,
    scope,
    timeNow(context),
  );
  const item = owned && (await findItem(tx, scope.slice(itemScope('').length)));
  return item?.payee === payee ? keyIn(context, item) : undefined;
}
