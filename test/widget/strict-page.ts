/** Runs inside a frame with a strict policy: a button, its panel, and a report of what the policy stopped. */
import { useMicroPay } from '../../widget/tap-controller.ts';
import { MicroPayElement } from '../../widget/index.ts';
import { fakeMicroPay } from './fake-client.ts';
import { tip } from './gallery/roads.ts';

/** The test server wraps dynamic imports for its own pages; this frame is not one of them. */
Object.assign(globalThis, {
  __vitest_browser_runner__: { wrapDynamicImport: (load: () => unknown) => load() },
});

const violations: string[] = [];
document.addEventListener(
  'securitypolicyviolation',
  ({ violatedDirective, blockedURI, sourceFile }) =>
    violations.push(`${violatedDirective} ${blockedURI} ${sourceFile}`),
);
useMicroPay(() => fakeMicroPay());
const element = new MicroPayElement();
for (const [name, value] of Object.entries(tip)) element.setAttribute(name, value);
document.body.append(element);
await element.updateComplete;
element.shadowRoot?.querySelector<HTMLElement>('[part="details"]')?.click();
const isOpen = (): boolean =>
  Boolean(
    element.shadowRoot?.querySelector('micro-pay-panel')?.shadowRoot?.querySelector('dialog[open]'),
  );
// A bound for what doesn't come, never a measure.
for (let i = 0; i < 1500 && !isOpen(); i++) await new Promise((resolve) => setTimeout(resolve, 30));
parent.postMessage({ panel: isOpen(), violations }, '*');
