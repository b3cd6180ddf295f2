/** A site in a form: a name that only this wallet can read back, so that the page's source doesn't tell where someone pays. */
import { equalInConstantTime, Problem } from 'micro-pay/protocol';
import { sites, type Site } from '../allowances.ts';
import type { Context } from '../context.ts';

export const siteHandle = (
  { keys }: Pick<Context, 'keys'>,
  person: string,
  payee: string,
): string => keys.mac('form', `site\n${person}\n${payee}`).slice(0, 22);

/** @throws Problem `not-found` */
export async function siteByHandle(
  context: Context,
  person: string,
  handle: string,
): Promise<Site> {
  const known = await sites(context, person);
  const found = known.find(({ payee }) =>
    equalInConstantTime(siteHandle(context, person, payee), handle),
  );
  if (!found) throw new Problem('not-found');
  return found;
}
