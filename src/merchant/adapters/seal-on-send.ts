/** Sealing an answer at the moment when Node's response writes its head: frameworks decide status and headers late. */
import type { Admitted } from '../admission.ts';
import type { HeaderLines } from '../cors.ts';

/** The part of Node's response that is used here. */
export interface SealableResponse {
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
  removeHeader(name: string): void;
  writeHead(status: number, ...rest: unknown[]): unknown;
}

export function sealOnSend(outgoing: SealableResponse, seal: Admitted['seal']): void {
  const writeHead = outgoing.writeHead.bind(outgoing);
  outgoing.writeHead = (status, ...rest) => {
    // Headers that come with the status would be written over the sealed ones.
    put(outgoing, pairsAmong(rest));
    // Headers are on it now. What is still to be written down is on its way, and tells of its own failures.
    void seal(status, linesOf(outgoing));
    return writeHead(status, ...rest.filter((part) => typeof part === 'string'));
  };
}

const linesOf = (outgoing: SealableResponse): HeaderLines => ({
  get: (name) => outgoing.getHeader(name)?.toString() ?? null,
  set: (name, value) => void outgoing.setHeader(name, value),
  append: (name, value) => void outgoing.appendHeader(name, value),
});

type Pair = readonly [name: string, value: unknown];

/** Each name replaces what stood there before. */
function put(outgoing: SealableResponse, pairs: readonly Pair[]): void {
  for (const [name] of pairs) outgoing.removeHeader(name);
  for (const [name, value] of pairs)
    for (const one of Array.isArray(value) ? value : [value])
      if (isText(one)) outgoing.appendHeader(name, String(one));
}

const isText = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** Node takes an object, a list of names and values in turn, or a list of pairs. */
function pairsAmong(rest: readonly unknown[]): Pair[] {
  const given = rest.find((part) => typeof part === 'object' && part !== null) ?? {};
  if (!Array.isArray(given)) return Object.entries(given);
  const list: unknown[] = Array.isArray(given[0]) ? given.flat() : given;
  return list.flatMap((name, i): Pair[] => (i % 2 === 0 ? [[String(name), list[i + 1]]] : []));
}
