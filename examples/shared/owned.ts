/** What a visitor owns already, for pages that show it without selling it. */
import type { Item, Paywall } from 'micro-pay/merchant';

/** The paywall is asked as if the visitor had come to that address. @param path of what is sold */
export async function isOwned(
  pay: Paywall,
  request: Request,
  path: string,
  item: Item,
): Promise<boolean> {
  const cookie = request.headers.get('cookie');
  if (!cookie) return false;
  const visit = new Request(new URL(path, request.url), { headers: { cookie } });
  return (await pay.admit(visit, item)).admitted;
}
