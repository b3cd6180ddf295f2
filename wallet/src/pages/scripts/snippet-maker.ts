/** The snippet maker while one chooses: text, link, code and the real button follow each change. Nothing here can pay. */
import {
  attributesOf,
  fallbackWords,
  linkOf,
  notesOf,
  snippetOf,
  wantedFrom,
  type Note,
  type Wanted,
} from '../../snippet.ts';

export function snippetMaker(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-maker]');
  if (!form) return;
  const preview = document.querySelector<HTMLElement>('[data-preview]');
  if (preview) onlyToLookAt(preview);
  const show = () => showWanted(form, preview);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', (event) => {
    takePrice(event.target, form);
    show();
  });
  show();
}

/** An item has the price that stands at the wallet. */
function takePrice(changed: EventTarget | null, form: HTMLFormElement): void {
  if (!(changed instanceof HTMLSelectElement)) return;
  const amount = changed.selectedOptions[0]?.dataset['amount'];
  const field = form.querySelector<HTMLInputElement>('[name=amount]');
  if (amount && field) field.value = amount;
}

function showWanted(form: HTMLFormElement, preview: HTMLElement | null): void {
  const fields = new FormData(form);
  const wanted = wantedFrom((name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  });
  const { issuer = '', name = '', test, cap = '', open, sites, pinned, integrity } = form.dataset;
  const payable = { issuer, name, test: test === 'yes' };
  const link = linkOf(payable, wanted);
  const version = pinned && integrity ? { path: pinned, integrity } : undefined;
  write('snippet', snippetOf(payable, wanted, version) ?? '');
  write('plain-link', link ?? '');
  const standing = {
    cap: cap ? BigInt(cap) : undefined,
    open: open === 'yes',
    sites: Number(sites),
  };
  showNotes(notesOf(wanted, standing));
  showCode(name, wanted, link);
  preview?.replaceChildren(buttonOf(payable, wanted));
}

function write(id: string, text: string): void {
  const place = document.getElementById(id);
  if (place instanceof HTMLTextAreaElement) place.value = text;
}

function showNotes(notes: Note[]): void {
  const list = document.querySelector('[data-notes]');
  list?.replaceChildren(
    ...notes.map(({ words, look }) =>
      Object.assign(document.createElement('li'), { textContent: words, className: look }),
    ),
  );
}

function showCode(name: string, wanted: Wanted, link: string | undefined): void {
  const part = document.querySelector<HTMLElement>('[data-link-part]');
  const image = part?.querySelector<HTMLImageElement>('[data-code]');
  const file = part?.querySelector<HTMLAnchorElement>('[data-code-file]');
  if (!part || !image || !file) return;
  part.hidden = !link;
  if (!link) return;
  const { kind, amount, reason, item } = wanted;
  const url = `/payee/${name}/qr.svg?${new URLSearchParams({ kind, amount, reason, item })}`;
  if (image.getAttribute('src') !== url) image.src = file.href = url;
}

/** The element itself, with the attributes that are pasted. */
function buttonOf(payable: Parameters<typeof attributesOf>[0], wanted: Wanted): HTMLElement {
  const button = document.createElement('micro-pay');
  for (const [name, value] of attributesOf(payable, wanted))
    // As a property: a style in an attribute is one that the rules of this page forbid.
    if (name === 'style') button.style.cssText = value;
    else button.setAttribute(name, value);
  button.append(Object.assign(document.createElement('a'), { textContent: fallbackWords(wanted) }));
  if (wanted.label) {
    const label = Object.assign(document.createElement('span'), { textContent: wanted.label });
    label.slot = 'label';
    button.append(label);
  }
  return button;
}

/** A click ends before it reaches the button; what would get past here the wallet refuses, because this page is its own. */
function onlyToLookAt(preview: HTMLElement): void {
  const said = document.querySelector('[data-preview-said]');
  for (const type of ['click', 'keydown', 'keyup'])
    preview.addEventListener(
      type,
      (event) => {
        if (event instanceof KeyboardEvent && event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (said) said.textContent = 'This one is only to look at: nothing is paid here.';
      },
      { capture: true },
    );
}
