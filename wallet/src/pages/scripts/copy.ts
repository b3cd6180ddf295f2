/** Copies a text; where the browser doesn't let us, the text is marked, so that a key press does. */

export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const text = document.getElementById(button.dataset['copy'] ?? '');
  const status = button.parentElement?.querySelector('[role=status]');
  if (!(text instanceof HTMLTextAreaElement) || !status) return;
  text.select();
  const copied = await navigator.clipboard.writeText(text.value).then(
    () => true,
    () => false,
  );
  status.textContent = copied ? 'Copied.' : 'Marked: copy it by the keys of your device.';
}
