/** Tells a person's one click from a script's, from the second half of a double click, and from a key held down. */

/** `isTrusted` stops accidents and simple scripts; what a page can really spend is bounded by its allowance. */
export function isOneClick(event: UIEvent): boolean {
  if (!event.isTrusted) return false;
  if (event.detail > 1) return false;
  return true;
}

/** A button takes each auto-repeat of Enter for a click of its own. */
export function ignoreRepeat(event: KeyboardEvent): void {
  if (event.repeat) event.preventDefault();
}
