/** Buttons that print the page, where there is a printer. */

export function printButtons(): void {
  for (const button of document.querySelectorAll('[data-print]'))
    button.addEventListener('click', () => window.print());
}
