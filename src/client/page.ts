/** The page the client lives in: its address, the windows it opens, what it hears. */
import { pendingMarker } from './marker.ts';

export interface Page {
  origin: string;
  href: () => string;
  /** BCP 47 tag of the document */
  lang: () => string;
  /** false only where the browser is sure that there is no connection */
  online: () => boolean;
  /** A click is being handled, or was a moment ago: a window may open */
  clicked: () => boolean;
  /** @returns null where the browser blocks it */
  open: (url: string) => Window | null;
  /** Leaves this page */
  go: (url: string) => void;
  /** Changes the address without a load */
  replace: (url: string) => void;
  /** Leaves word, readable without waiting, whether something is under way */
  mark: (pending: boolean) => void;
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
    lang: () => document.documentElement.lang || navigator.language,
    online: () => navigator.onLine,
    clicked: () => navigator.userActivation?.isActive ?? true,
    open: (url) => open(url, '_blank', popup),
    go: (url) => location.assign(url),
    replace: (url) => history.replaceState(history.state, '', url),
    mark: (pending) => {
      try {
        if (pending) localStorage.setItem(pendingMarker, '1');
        else localStorage.removeItem(pendingMarker);
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
