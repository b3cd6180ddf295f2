/** All records of this device. */
import { accountPrefix, type Account } from '../account.ts';
import type { Context } from '../context.ts';

export const accounts = async ({ storage }: Context): Promise<Account[]> =>
  (await storage.list(accountPrefix)) as Account[];
