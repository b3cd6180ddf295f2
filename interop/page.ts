/** A page for our client where there is no browser: its windows belong to a person who allows what is asked. */
import { createMicroPay, type MicroPay } from '../src/index.ts';
import type { WholePage } from '../src/client/later/whole-page.ts';
import type { Town } from './town.ts';

/** Sees each header that is sent. */
type Watch = (name: string, value: string) => void;

/** Our client as a page of this site has it: storage in memory, the wallet over the network. */
export async function clientAt(
  town: Town,
  origin: string,
  watch: Watch = () => undefined,
): Promise<MicroPay> {
  const person = await town.newPerson();
  const listeners = new Set<(event: Event) => void>();
  const hear = (data: object, source: Window): void => {
    const event = Object.assign(new Event('message'), { origin: town.wallet, source, data });
    for (const listener of listeners) listener(event);
  };
  const page: WholePage = {
    origin,
    href: () => `${origin}/`,
    lang: () => 'en',
    online: () => true,
    clicked: () => true,
    go: () => undefined,
    replace: () => undefined,
    mark: () => undefined,
    unmark: () => undefined,
    challenges: () => [],
    visible: () => true,
    open: (url) => {
      const opened = windowOf();
      const nonce = new URL(url).searchParams.get('n') ?? '';
      void asked(town, nonce, person).then((message) => hear(message, opened));
      return opened;
    },
    on: (type, listener) => {
      const hears = (event: Event): void => {
        if (event.type === type) listener(event as never);
      };
      listeners.add(hears);
      return () => void listeners.delete(hears);
    },
  };
  return createMicroPay({ fetch: fetchOf(town, origin, watch) }, { page });
}

/** A browser says which site asks, where another one is asked. */
const fetchOf =
  ({ wallet }: Town, origin: string, watch: Watch): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init);
    for (const [name, value] of request.headers) watch(name, value);
    if (new URL(request.url).origin === wallet) request.headers.set('origin', origin);
    return fetch(request);
  };

/** The window stands open before the page's question has arrived. */
async function asked(town: Town, nonce: string, person: string): Promise<object> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await town.allow(nonce, person);
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function windowOf(): Window {
  const made = { closed: false, close: () => void (made.closed = true) };
  return made as unknown as Window;
}
