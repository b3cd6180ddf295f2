/** Makes a payee's key in this browser: the private half goes into a file of its own, the public half into the form. */
import { say } from './say.ts';

export function keyMaker(): void {
  const place = document.querySelector<HTMLElement>('[data-make-key]');
  const field = place?.closest('form')?.querySelector<HTMLInputElement>('[name=x]');
  if (!place || !field) return;
  place.hidden = false;
  place.querySelector('button')?.addEventListener('click', () => {
    void make(field, place.querySelector('[role=status]')).catch(() =>
      say('This browser can’t make such a key. Make it at your server and paste “x” here.'),
    );
  });
}

async function make(field: HTMLInputElement, status: Element | null): Promise<void> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const { kty, crv, x, d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  if (!x || !d) return;
  // As `newPayeeKey()` of micro-pay/merchant writes it.
  save('payee-key.json', JSON.stringify({ kty, crv, x, d }));
  field.value = x;
  if (status)
    status.textContent =
      'Saved as payee-key.json. Keep it as you keep a password. Now add this key.';
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
