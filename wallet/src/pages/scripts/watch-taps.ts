/** Waits for taps to come in, and says so. It looks every few seconds, for a while, and only while someone looks here. */
import { askWallet, textOf } from './ask-wallet.ts';
import { wordsFor } from './say.ts';

const everyMs = 3_000;
/** Ten minutes; then a button goes on. */
const looks = 200;
const shown = 5;

export function watchTaps(): void {
  const place = document.querySelector<HTMLElement>('[data-taps]');
  const again = place?.querySelector<HTMLButtonElement>('[data-taps-again]');
  const said = place?.querySelector('[data-taps-said]');
  const list = place?.querySelector('[data-taps-list]');
  if (!place || !again || !said || !list) return;
  const { taps: path = '', since = '' } = place.dataset;
  const known = new Set<string>();

  const look = async (): Promise<void> => {
    const answer = await askWallet(`${path}?${new URLSearchParams({ since })}`);
    const taps = tapsOf(answer).filter(({ id }) => !known.has(id));
    for (const tap of taps.toReversed()) {
      known.add(tap.id);
      const words = `${tap.amount} came in${tap.own ? ', by your own tap' : ''}.`;
      // What each brought stands in the list below.
      said.textContent =
        known.size === 1 ? 'The first tap is here: your button works.' : 'One more tap is here.';
      list.prepend(Object.assign(document.createElement('li'), { textContent: words }));
      list.children[shown]?.remove();
    }
  };

  const watch = async (): Promise<void> => {
    again.hidden = true;
    if (known.size === 0) said.textContent = 'Waiting for the first tap …';
    try {
      for (let left = looks; left > 0; left--) {
        await seen();
        await look();
        await new Promise((wake) => setTimeout(wake, everyMs));
      }
      if (known.size === 0) said.textContent = 'No tap in ten minutes.';
    } catch (error) {
      said.textContent = wordsFor(error);
    }
    again.hidden = false;
  };
  again.addEventListener('click', () => void watch());
  void watch();
}

/** Someone looks at this page now, or does so later. */
function seen(): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', check);
      resolve();
    };
    document.addEventListener('visibilitychange', check);
    check();
  });
}

/** This wallet's own answer, read as what it is. */
function tapsOf(answer: unknown): { id: string; amount: string; own: boolean }[] {
  const taps: unknown = Reflect.get(Object(answer), 'taps');
  return (Array.isArray(taps) ? (taps as unknown[]) : []).map((tap) => ({
    id: textOf(tap, 'id') ?? '',
    amount: textOf(tap, 'amount') ?? '',
    own: Reflect.get(Object(tap), 'own') === true,
  }));
}
