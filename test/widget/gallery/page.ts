/** The gallery's page: one element at a time, with the client its road needs. */
import { MicroPayElement } from '../../../widget/index.ts';
import { useMicroPay } from '../../../widget/tap-controller.ts';
import { type FakeMicroPay, fakeMicroPay } from '../fake-client.ts';
import { type Road, stateRoads, tip, viewRoads } from './roads.ts';

const roads = new Map<string, Road>([
  ...stateRoads.map((road) => [road.state, road] as const),
  ...Object.entries(viewRoads),
]);

let client: FakeMicroPay | undefined;

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
    useMicroPay(() => (client = fakeMicroPay(script)));
    const element = new MicroPayElement();
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    document.querySelector('main')?.replaceChildren(element);
    return { steps, state };
  },
  /** @param seconds by the client's clock */
  pass: (seconds: number) => client?.script.clock.pass(seconds),
};

Object.assign(globalThis, { gallery });
