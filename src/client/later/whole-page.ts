/** What else a page is asked for: its language, whether it is online, and to go elsewhere. */
import type { Context } from '../context.ts';
import { pendingMarker } from '../marker.ts';
import type { Page } from '../page.ts';

export interface WholePage extends Page {
  /** BCP 47 tag of the document */
  lang: () => string;
  /** false only where the browser is sure that there is no connection */
  online: () => boolean;
  /** A click is being handled, or was a moment ago: a window may open */
  clicked: () => boolean;
  /** Takes away every word that something is under way */
  unmark: () => void;
  /** Leaves this page */
  go: (url: string) => void;
  /** Challenges of sessions that stand in the page, as JSON */
  challenges: () => string[];
  /** false while nobody can see the page */
  visible: () => boolean;
  /** Changes the address without a load */
  replace: (url: string) => void;
}

const browser: Omit<WholePage, keyof Page> = {
  lang: () => document.documentElement.lang || navigator.language,
  online: () => navigator.onLine,
  clicked: () => navigator.userActivation?.isActive ?? true,
  unmark: () => {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(pendingMarker)) localStorage.removeItem(key);
  },
  visible: () => document.visibilityState !== 'hidden',
  challenges: () =>
    [...document.querySelectorAll('script[data-micropay-challenge]')].map(
      ({ textContent }) => textContent,
    ),
  go: (url) => location.assign(url),
  replace: (url) => history.replaceState(history.state, '', url),
};

/** @returns undefined where there is no page: on a server, in a worker */
export const pageOf = ({ page }: Pick<Context, 'page'>): WholePage | undefined =>
  page && { ...browser, ...page };
