/** Items by a payee's own key: registered from a tool or a server, and changed when their text is locked anew. */
import {
  changedItemSchema,
  newItemSchema,
  parseJson,
  shaped,
  type OwnItemAnswer,
} from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { changeItem, sell } from './item-changes.ts';
import { keyIn, publicItem, type ItemRow } from './items.ts';
import { payeeCall, takePayeeCall, type PayeeCall, type SentByPayee } from './payee-calls.ts';
import type { Tx } from './store/store.ts';

/** `POST /items`. @throws Problem `proof-invalid`, `id-reused`, `malformed-request`, `origin-not-listed` */
export async function registerItem(context: Context, sent: SentByPayee): Promise<OwnItemAnswer> {
  const { caller, json } = await itemCall(context, sent);
  const item = shaped(newItemSchema, json, 'malformed-request');
  return context.store.write(async (tx) => {
    const payee = await takePayeeCall(tx, context, caller);
    return told(tx, context, await sell(tx, context, payee, item));
  });
}

/** `POST /items/{id}`: with nothing to change it only tells. @throws Problem `item-unknown`, and as `registerItem` */
export async function updateItem(
  context: Context,
  sent: SentByPayee,
  id: string,
): Promise<OwnItemAnswer> {
  const { caller, json } = await itemCall(context, sent);
  const change = shaped(changedItemSchema, json, 'malformed-request');
  return context.store.write(async (tx) => {
    const payee = await takePayeeCall(tx, context, caller);
    return told(tx, context, await changeItem(tx, context, { payee, id }, change));
  });
}

async function itemCall(
  context: Context,
  sent: SentByPayee,
): Promise<{ caller: PayeeCall; json: unknown }> {
  const caller = await payeeCall(context, sent);
  context.limits.take('itemsPerPayee', caller.payee);
  return { caller, json: parseJson(caller.text) };
}

async function told(tx: Tx, context: Context, row: ItemRow): Promise<OwnItemAnswer> {
  const key = keyIn(context, row);
  return { item: await publicItem(tx, context, row), ...(key === undefined ? {} : { key }) };
}
