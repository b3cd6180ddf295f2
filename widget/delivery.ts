/** Delivery: what was paid is opened. */
import type { Target } from '../src/client/api.ts';

/** A navigation can't carry a receipt: the site's own cookie opens the page now. */
export function openPaid(target: Target, element: Element): void {
  if (!('url' in target) || !element.isConnected) return;
  if (new URL(target.url).origin === location.origin) location.assign(target.url);
}
