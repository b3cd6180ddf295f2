/** The network: what is sent may be lost, come twice, late, or after what was sent later. */
import type { Machine, Process } from './machine.ts';

export interface Server {
  process: Process;
  /** Answers a request, in the life it has now */
  handle: (request: Request) => Promise<Response>;
}

/** Of a request that was sent, until its answer came, or got lost. */
interface Copy {
  /** Where it goes; undefined once it was worked on, and its answer is on the way */
  origin: string | undefined;
  /** Whoever worked on it has died */
  isOver: () => boolean;
}

interface Sent {
  url: string;
  method: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer> | undefined;
}

export class Network {
  readonly #machine: Machine;
  /** Servers by origin; each request goes to one of them by chance */
  readonly #servers = new Map<string, Server[]>();
  readonly #copies = new Set<Copy>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  serve(origin: string, servers: Server[]): void {
    this.#servers.set(origin, servers);
  }

  /** Whether nothing is on its way, nor being worked on. @param origin only what goes there, and not the answers */
  isQuiet(origin?: string): boolean {
    return [...this.#copies].every((copy) => (origin && copy.origin !== origin) || copy.isOver());
  }

  /** A `fetch` of one process; to be wrapped as its port. */
  fetchOf(sender: Process, origin?: string): typeof fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      const { method, url } = request;
      // A request that nobody holds any more may be collected, and its own signal with it.
      const signal = init?.signal ?? request.signal;
      const body = method === 'GET' || method === 'HEAD' ? undefined : await request.bytes();
      const headers: [string, string][] = [...request.headers];
      // As a browser does it.
      if (origin && (method === 'POST' || new URL(url).origin !== origin))
        headers.push(['origin', origin]);
      return this.#send(sender, { url, method, headers, body }, signal);
    };
  }

  #send(sender: Process, sent: Sent, signal: AbortSignal): Promise<Response> {
    const machine = this.#machine;
    const born = sender.life;
    return new Promise((resolve, reject) => {
      let heard = false;
      const hear = (act: () => void): void => {
        if (heard || sender.life !== born) return;
        heard = true;
        act();
      };
      const lost = (): void => hear(() => reject(new TypeError('fetch failed')));
      signal.addEventListener('abort', lost, { once: true });
      const { origin } = new URL(sent.url);
      const server = machine.random.pick(this.#servers.get(origin) ?? []);
      const copies = machine.happens('repeat') ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        if (machine.happens('drop')) continue;
        const one: Copy = { origin, isOver: () => false };
        this.#copies.add(one);
        machine.after(machine.soon() + 1, () => {
          const life = server?.process.life;
          one.isOver = () => !life || server.process.life !== life;
          void this.#delivered(server, sent, (response) => {
            const isLost = machine.happens('drop');
            Object.assign(one, { origin: undefined, isOver: () => isLost });
            if (isLost) return;
            machine.after(machine.soon() + 1, () => {
              this.#copies.delete(one);
              hear(() => resolve(response()));
            });
          });
        });
      }
      // A connection that nothing comes from breaks in the end.
      machine.after(20_000, lost);
    });
  }

  async #delivered(
    server: Server | undefined,
    { url, method, headers, body }: Sent,
    answer: (response: () => Response) => void,
  ): Promise<void> {
    if (!server?.process.life) return;
    const { life } = server.process;
    const init = { method, headers, ...(body ? { body } : {}) };
    const response = await server.handle(new Request(url, init));
    const content = await response.bytes();
    // A server that went down meanwhile says nothing.
    if (server.process.life !== life) return;
    const { status } = response;
    const told = [...response.headers];
    const isEmpty = method === 'HEAD' || [204, 304].includes(status);
    answer(() => new Response(isEmpty ? null : content, { status, headers: told }));
  }
}
