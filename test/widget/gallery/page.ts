/** The gallery's page: one element at a time, with the client its road needs. */
import { MicroPayElement } from '../../../widget/index.ts';
import { useMicroPay } from '../../../widget/tap-controller.ts';
import { fakeMicroPay } from '../fake-client.ts';
import { type Road, stateRoads, tip, viewRoads } from './roads.ts';

const roads = new Map<string, Road>([
  ...stateRoads.map((road) => [road.state, road] as const),
  ...Object.entries(viewRoads),
]);

const gallery = {
  names: [...roads.keys()],
  /** @returns what to do to get there */
  place(name: string): Pick<Road, 'steps' | 'state'> {
    const {
      script,
      attributes = tip,
      steps,
      state,
    } = roads.get(name) ?? { steps: [], state: 'idle' };
    useMicroPay(() => fakeMicroPay(script));
    const element = new MicroPayElement();
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    document.querySelector('main')?.replaceChildren(element);
    return { steps, state };
  },
};

Object.assign(globalThis, { gallery });
