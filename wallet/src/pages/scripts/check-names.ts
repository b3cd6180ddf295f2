/** Says while someone types whether a name can be had; the form asks again when it is sent. */
import { askWallet, textOf } from './ask-wallet.ts';
import { wordsFor } from './say.ts';

const pauseMs = 300;

export function checkNames(): void {
  const input = document.querySelector<HTMLInputElement>('input[data-check]');
  const verdict = document.getElementById(input?.getAttribute('aria-describedby') ?? '');
  if (!input || !verdict) return;
  let timer = 0;
  let asked = '';
  const check = async (): Promise<void> => {
    const name = (asked = input.value);
    const address = `${input.dataset['check'] ?? ''}?${new URLSearchParams({ name })}`;
    const words = await askWallet(address).then(
      (answer) => textOf(answer, 'words') ?? '',
      (error: unknown) => wordsFor(error),
    );
    // An answer that comes late is about another name.
    if (asked === name) verdict.textContent = words;
  };
  input.addEventListener('input', () => {
    const { selectionStart: at, value } = input;
    // Capitals are the keyboard's habit; a name has none.
    if (value !== value.toLowerCase()) {
      input.value = value.toLowerCase();
      input.setSelectionRange(at, at);
    }
    asked = '';
    clearTimeout(timer);
    if (input.value) timer = window.setTimeout(() => void check(), pauseMs);
    else verdict.textContent = '';
  });
}
