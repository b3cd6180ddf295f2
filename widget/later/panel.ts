/** The panel: a native dialog over the page. It shows one view at a time and hands the answer back. */
import { html, LitElement, type TemplateResult } from 'lit';
import { panelStyles } from './panel-styles.ts';

/** Something a person can choose in the panel. All choices look alike: none is pushed. */
export interface Choice {
  label: string;
  act: () => void;
}

export interface View {
  title: string;
  /** @param again draws the view anew after something in it changed */
  body: (again: () => void) => TemplateResult;
  choices: Choice[];
  /** Escape was pressed */
  dismiss: () => void;
}

/** Its parts are the element's parts too. */
const parts = 'panel title choice limits receipt receipts';

export class MicroPayPanel extends LitElement {
  static override styles = panelStyles;

  #view: View | undefined;

  /** @returns the panel of an element, made at the first opening */
  static in(element: HTMLElement): MicroPayPanel {
    const root = element.shadowRoot ?? element;
    const panel = root.querySelector<MicroPayPanel>('micro-pay-panel') ?? new MicroPayPanel();
    panel.setAttribute('exportparts', parts.replaceAll(' ', ','));
    if (!panel.isConnected) root.append(panel);
    return panel;
  }

  async open(view: View): Promise<void> {
    this.#view = view;
    this.requestUpdate();
    await this.updateComplete;
    const dialog = this.#dialog;
    if (!dialog || !this.isConnected || this.#view !== view) return;
    if (!dialog.open) dialog.showModal();
    // The title first: what is read first is what it is about, and no held key presses a choice.
    this.renderRoot.querySelector('h2')?.focus();
  }

  close(): void {
    this.#view = undefined;
    this.#dialog?.close();
    this.requestUpdate();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot?.querySelector('dialog') ?? null;
  }

  readonly #cancel = (event: Event): void => {
    event.preventDefault();
    this.#answer(this.#view?.dismiss);
  };

  #answer(act: (() => void) | undefined): void {
    this.close();
    act?.();
  }

  override render(): TemplateResult {
    const { title, body, choices = [] } = this.#view ?? {};
    return html`<dialog part="panel" aria-labelledby="title" @cancel=${this.#cancel}>
      <h2 id="title" part="title" tabindex="-1">${title}</h2>
      ${body?.(() => this.requestUpdate())}
      <div class="choices">
        ${choices.map(
          ({ label, act }) =>
            html`<button part="choice" type="button" @click=${() => this.#answer(act)}>
              ${label}
            </button>`,
        )}
      </div>
    </dialog>`;
  }
}

if (!customElements.get('micro-pay-panel')) customElements.define('micro-pay-panel', MicroPayPanel);
