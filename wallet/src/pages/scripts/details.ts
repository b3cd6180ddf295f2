/** Fills the slots of a page: their words come only to the browser with the login's key. */
import { askWallet, textOf } from './ask-wallet.ts';
import { Refusal } from './say.ts';

export async function showDetails(): Promise<void> {
  const notice = document.querySelector<HTMLElement>('[data-details]');
  if (!notice) return;
  const from = notice.dataset['details'] ?? '';
  try {
    const details = await askWallet(from + location.search);
    for (const slot of document.querySelectorAll<HTMLElement>('[data-slot]')) {
      slot.textContent = textOf(details, slot.dataset['slot'] ?? '') ?? '';
      delete slot.dataset['slot'];
    }
  } catch (error) {
    if (error instanceof Refusal) notice.hidden = false;
  }
}
