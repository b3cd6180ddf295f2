/** Virtual time: one event after another, each until all is quiet. Processes live in it, and die at any call of a port. */
import { points } from './points.ts';
import { Random } from './random.ts';

export interface Faults {
  /** Chances, each from 0 to 1 */
  drop: number;
  repeat: number;
  crash: number;
  handler: number;
  /** Milliseconds at most */
  delay: number;
}

interface Event {
  at: number;
  order: number;
  run: () => void;
}

/** Deaths at the point that was chosen for a story. */
const maxTargeted = 2;

/** Everything that was begun by an event has come to rest. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class Machine {
  /** Milliseconds since 1970 */
  now = Date.UTC(2026, 10, 23, 10);
  readonly random: Random;
  readonly faults: Faults;
  /** Crashes by point, such as `wallet store.write after` */
  readonly crashes = new Map<string, number>();
  /** A point where it is far likelier than elsewhere, so that the rare ones are seen too */
  target: string | undefined;
  events = 0;
  healed = false;
  #order = 0;
  #targeted = 0;
  #queue: Event[] = [];

  constructor(seed: number) {
    const random = new Random(seed);
    this.random = random;
    // Each seed draws its own mixture, so that some faults come alone and some together.
    const upTo = (most: number) => (random.happens(0.3) ? 0 : random.next() * most);
    this.faults = {
      drop: upTo(0.25),
      repeat: upTo(0.25),
      crash: upTo(0.012),
      handler: upTo(0.2),
      delay: random.pick([5, 200, 3_000]),
    };
  }

  #listener: ((line: string) => void) | undefined;

  /** Hears what is noted. */
  listen(listener: (line: string) => void): void {
    this.#listener = listener;
  }

  note(what: string): void {
    this.#listener?.(`${new Date(this.now).toISOString()} ${what}`);
  }

  after(ms: number, run: () => void): void {
    this.#queue.push({ at: this.now + ms, order: this.#order++, run });
  }

  /** Some time, by chance. */
  soon(): number {
    return this.random.below(this.healed ? 20 : this.faults.delay);
  }

  /** Whether a program dies here now. */
  dies(point: string): boolean {
    if (!points.has(point)) throw new Error(`points.ts lacks “${point}”.`);
    if (this.happens('crash')) return true;
    const atTarget = point === this.target && !this.healed && this.random.happens(0.5);
    if (atTarget && ++this.#targeted >= maxTargeted) this.target = undefined;
    return atTarget;
  }

  happens(fault: Exclude<keyof Faults, 'delay'>): boolean {
    return !this.healed && this.random.happens(this.faults[fault]);
  }

  /** Runs until `done`. @throws Error when nothing happens any more before that, or it takes too long */
  async until(what: string, done: () => boolean, maxEvents = 40_000): Promise<void> {
    await quiet();
    for (let events = 0; !done(); events++) {
      const next = this.#take();
      if (!next) throw new Error(`Nothing happens any more, and ${what} is still to come.`);
      if (events > maxEvents) throw new Error(`Too much happens before ${what}.`);
      this.now = Math.max(this.now, next.at);
      this.events++;
      next.run();
      await quiet();
    }
  }

  #take(): Event | undefined {
    let first = 0;
    for (let i = 1; i < this.#queue.length; i++) {
      const [a, b] = [this.#queue[i], this.#queue[first]];
      if (a && b && (a.at < b.at || (a.at === b.at && a.order < b.order))) first = i;
    }
    return this.#queue.splice(first, 1)[0];
  }
}

/** A program that can die at each call of a port, and is started again on what it kept. */
export class Process {
  readonly name: string;
  readonly machine: Machine;
  /** Which life this is; 0 while it is down */
  life = 0;
  #lives = 0;
  readonly #start: () => void;
  readonly #died: () => void;

  constructor(
    machine: Machine,
    name: string,
    start: () => void,
    died: () => void = () => undefined,
  ) {
    [this.machine, this.name, this.#start, this.#died] = [machine, name, start, died];
  }

  start(): void {
    if (this.life) return;
    this.life = ++this.#lives;
    this.#start();
  }

  crash(point: string): void {
    if (!this.life) return;
    const { crashes } = this.machine;
    crashes.set(point, (crashes.get(point) ?? 0) + 1);
    this.stop();
    this.machine.after(this.machine.soon() + 50, () => this.start());
  }

  stop(): void {
    this.machine.note(`${this.name} goes down`);
    this.life = 0;
    this.#died();
  }

  /** A call that may be the last: before it is done, or after. To whom it belongs hears nothing then. */
  port<Args extends unknown[], T>(
    name: string,
    call: (...args: Args) => Promise<T> | T,
  ): (...args: Args) => Promise<T> {
    const { machine } = this;
    const born = this.life;
    const kind = this.name.replace(/\d+$/, '');
    return (...args) =>
      new Promise<T>((resolve, reject) => {
        const isAlive = () => this.life === born;
        const perform = () => {
          if (!isAlive()) return;
          const [before, after] = [`${kind} ${name} before`, `${kind} ${name} after`];
          if (machine.dies(before)) return this.crash(before);
          const dies = machine.dies(after);
          Promise.resolve()
            .then(() => call(...args))
            .then(
              (value) => {
                if (isAlive() && dies) this.crash(after);
                else if (isAlive()) resolve(value);
              },
              (error: unknown) => {
                if (isAlive()) reject(error);
              },
            );
        };
        // Half of them come back at once, so that both orders are seen.
        if (machine.random.happens(0.5)) perform();
        else machine.after(machine.random.below(4), perform);
      });
  }
}
