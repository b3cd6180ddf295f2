/** `micro-pay/widget`: defines `<micro-pay>`. */
import { MicroPayElement } from './micro-pay.ts';

export { MicroPayElement };
export { useMicroPay } from './tap-controller.ts';

// Imported where there is no DOM, or twice on one page, this does nothing.
if (globalThis.customElements && !customElements.get('micro-pay'))
  customElements.define('micro-pay', MicroPayElement);
