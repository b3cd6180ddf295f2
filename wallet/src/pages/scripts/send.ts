/** Forms sent by script: with this browser's signature, and with a passkey first where the wallet asks for one. */
import { askWallet, textOf } from './ask-wallet.ts';
import { retrying } from './passkeys.ts';
import { say, trying } from './say.ts';

export function sendForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-send]'))
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const button = event.submitter;
      const fields = new URLSearchParams();
      for (const [name, value] of new FormData(form, button))
        if (typeof value === 'string') fields.append(name, value);
      const body = { type: 'application/x-www-form-urlencoded', text: String(fields) } as const;
      void trying(form, async () => follow(await retrying(() => askWallet(form.action, body))));
    });
}

/** Goes where the answer says, or tells the page that asked. */
function follow(answer: unknown): void {
  const [go, to] = [textOf(answer, 'go'), textOf(answer, 'to')];
  if (go !== undefined) return location.assign(go);
  if (to === undefined) return;
  if (textOf(answer, 'method') === 'redirect') return location.assign(to);
  tellOpener(to, Reflect.get(Object(answer), 'message'));
}

/** @param origin the asking site, and no other, gets the message */
function tellOpener(origin: string, message: unknown): void {
  const opener: Window | null = window.opener;
  document.querySelector('main')?.setAttribute('data-done', '');
  if (!opener) return say('Go back to the page you came from and tap its button again.');
  opener.postMessage(message, origin);
  say('Done. Go back to the page you came from; this window can be closed.');
  window.close();
}
