/** `micro-pay/widget`: defines `<micro-pay>`. */
import { MicroPayElement } from './micro-pay.ts';
import { loadFrom } from './tap-controller.ts';

export { MicroPayElement };
export { useMicroPay } from './tap-controller.ts';

loadFrom(async (face, micro) =>
  (await import('./start.ts')).start(face, () => import('./later/index.ts'), micro),
);

// Imported where there is no DOM, or twice on one page, this does nothing.
if (globalThis.customElements && !customElements.get('micro-pay'))
  customElements.define('micro-pay', MicroPayElement);
