/** What the page that locks shows, and what was chosen on it. Words of the file are only ever words here. */
import type { Division, Plan } from 'micro-pay/lock';

/** Characters of teaser and text that are shown. */
const shown = 280;

export interface Chosen {
  division: Division;
  /** An item whose text is locked anew; '' for a new one */
  item: string;
  title: string;
  amount: string;
  url: string;
  script: string;
  token: string;
}

export class LockView {
  readonly #form: HTMLFormElement;
  #blocks = 0;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    const item = this.#select('item');
    item?.addEventListener('change', () => {
      this.#part('new').hidden = item.value !== '';
      // What is hidden must not keep the form from being sent.
      for (const field of this.#part('new').querySelectorAll('input'))
        field.disabled = item.value !== '';
    });
  }

  onFile(take: (file: File) => void): void {
    const input = this.#part<HTMLInputElement>('file');
    const hear = () => {
      const [file] = input.files ?? [];
      this.#part('plan').hidden = true;
      if (file) take(file);
    };
    input.addEventListener('change', hear);
    // One may be chosen before this script is there.
    hear();
  }

  onChoice(look: () => void): void {
    this.#part('choices').addEventListener('change', look);
    this.#part('leave-out').addEventListener('change', look);
  }

  get division(): Division {
    const free = this.#form.querySelector<HTMLInputElement>('[name=free]:checked')?.value;
    const leaveOut = this.#part<HTMLInputElement>('leave-out').checked;
    return { leaveOut, ...(this.#blocks > 0 ? { free: Number(free ?? 0) } : {}) };
  }

  get chosen(): Chosen {
    const fields = new FormData(this.#form);
    const text = (name: string): string => {
      const value = fields.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    return {
      division: this.division,
      item: this.#select('item')?.value ?? '',
      title: text('title'),
      amount: text('amount'),
      url: text('url'),
      script: this.#select('script')?.value ?? '',
      token: text('token'),
    };
  }

  /** @param blocks none: the file has a mark @param free blocks that stay at first */
  showBlocks(blocks: readonly string[], free: number): void {
    this.#blocks = blocks.length;
    this.#part('blocks').hidden = blocks.length < 2;
    const chosen = Math.max(1, Math.min(free, blocks.length - 1));
    const choices = blocks.slice(1).map((words, i) => choice(words, i + 1, i + 1 === chosen));
    this.#part('choices').replaceChildren(...choices);
  }

  showPlan(plan: Plan): void {
    this.#part('fault').textContent = '';
    this.#part('plan').hidden = false;
    // Its end: there the paid part begins.
    const isLong = plan.teaser.length > shown;
    const end = isLong ? plan.teaser.slice(-shown).replace(/^\S*\s/, '… ') : plan.teaser;
    this.#part('teaser').textContent = end;
    this.#part('body').textContent = `${shortened(plan.body)} (${plan.body.length} characters)`;
    this.#showFound(plan);
    this.#part('go').ariaDisabled = String(plan.refused.length > 0);
  }

  showFault(words: string): void {
    this.#part('plan').hidden = true;
    this.#part('fault').textContent = `This file can’t be locked: ${words}.`;
  }

  offerTitle(title: string): void {
    const field = this.#form.querySelector<HTMLInputElement>('[name=title]');
    if (field && !field.value) field.value = title;
  }

  showDone(html: string, name: string): void {
    const done = document.querySelector<HTMLElement>('[data-lock-done]');
    const link = done?.querySelector<HTMLAnchorElement>('[data-lock-save]');
    if (!done || !link) return;
    link.href = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
    link.download = name;
    this.#form.hidden = true;
    done.hidden = false;
    done.querySelector('h2')?.focus();
  }

  #showFound({ refused, dropped }: Plan): void {
    const leaveOut = this.#part<HTMLInputElement>('leave-out').checked;
    const found = leaveOut ? dropped : refused;
    this.#part('refused').hidden = refused.length === 0 && !leaveOut;
    const lines = found
      .slice(0, 50)
      .map(({ line, what }) =>
        Object.assign(document.createElement('li'), { textContent: `Line ${line}: ${what}` }),
      );
    this.#part('found').replaceChildren(...lines);
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    const found = this.#form.querySelector<E>(`[data-lock-${name}]`);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  #select(name: string): HTMLSelectElement | null {
    return this.#form.querySelector(`select[data-lock-${name}]`);
  }
}

/** Between two words, where there are two. */
const shortened = (words: string, most = shown): string =>
  words.length > most ? `${words.slice(0, most).replace(/\s\S*$/, '')} …` : words;

function choice(words: string, free: number, checked: boolean): HTMLElement {
  const label = Object.assign(document.createElement('label'), { className: 'tick' });
  const radio = Object.assign(document.createElement('input'), {
    type: 'radio',
    name: 'free',
    value: String(free),
    checked,
  });
  const text = Object.assign(document.createElement('span'), {
    textContent: words ? shortened(words, 100) : 'a picture',
  });
  label.append(radio, text);
  return label;
}
