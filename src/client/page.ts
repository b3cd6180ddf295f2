/** The page the client lives in: the windows it opens, what it hears. */
import { pendingMarker } from './marker.ts';

export interface Page {
  origin: string;
  href: () => string;
  /** @returns null where the browser blocks it */
  open: (url: string) => Window | null;
  /** Leaves word, readable without waiting, whether something is under way at a payee */
  mark: (payee: string, pending: boolean) => void;
  /** Hears messages, or what the page's policy blocks. @returns the way out */
  on: <Type extends 'message' | 'securitypolicyviolation'>(
    type: Type,
    listener: (event: WindowEventMap[Type]) => void,
  ) => () => void;
}

/** Size of the wallet's window in CSS pixels: a phone's, so that it never hides the page. */
const popup = 'popup,width=440,height=720';

export function browserPage(): Page | undefined {
  if (typeof document === 'undefined') return undefined;
  return {
    origin: location.origin,
    href: () => location.href,
    open: (url) => open(url, '_blank', popup),
    mark: (payee, pending) => {
      try {
        if (pending) localStorage.setItem(pendingMarker + payee, '1');
        else localStorage.removeItem(pendingMarker + payee);
      } catch {
        // The mark only saves a look into the store.
      }
    },
    on: (type, listener) => {
      addEventListener(type, listener);
      return () => removeEventListener(type, listener);
    },
  };
}
