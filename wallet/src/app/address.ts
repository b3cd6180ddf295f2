/** Where a request comes from, for rate limits only: never stored, never logged. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from '../context.ts';

/** The four hextets of an IPv6 network: whoever has one address has all of its /64. */
function network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter(Boolean);
  const right = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** @returns one key for each IPv4 address and each IPv6 network; `unknown` for anything else */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return plain;
  return isIPv6(plain) ? network(plain) : 'unknown';
}

/** One address, however it is written; not its network, where others live too. */
function isSameAddress(one: string, other: string): boolean {
  const [plain = ''] = other.split('%');
  if (!isIPv6(plain) && !isIPv4(plain)) return false;
  const list = new BlockList();
  list.addAddress(one, isIPv4(one) ? 'ipv4' : 'ipv6');
  return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}

/** @param env what the Node server hands to a route beside the request; a request made in process has none */
export function clientAddress(
  { proxy }: Pick<Context, 'proxy'>,
  request: Request,
  env: Partial<HttpBindings> | undefined,
): string {
  const peer = env?.incoming?.socket.remoteAddress ?? '';
  const believed = proxy !== undefined && isSameAddress(proxy, peer);
  // The proxy appends what it saw: only the last entry is its word, the rest is the stranger's.
  const forwarded = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return addressKey((believed && forwarded) || peer);
}
