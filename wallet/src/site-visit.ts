/** Looks at a stranger's site: at an address that was looked at before it is called, for a bounded time, and no further than it says. */
import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup, resolveTxt } from 'node:dns/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackHost, isOrigin, Problem } from 'micro-pay/protocol';
import { isPublicAddress } from './public-address.ts';

/** Asks name servers. */
export interface Resolver {
  /** Addresses of a host name */
  lookup: (host: string) => Promise<LookupAddress[]>;
  /** Its TXT records, each in the parts it travels in */
  txt: (name: string) => Promise<string[][]>;
}

/** The name servers of this machine. */
export const systemResolver: Resolver = {
  lookup: (host) => dnsLookup(host, { all: true }),
  txt: (name) => resolveTxt(name),
};

export interface Surroundings {
  dev: boolean;
  resolver: Resolver;
  /** For all questions together */
  timeoutMs?: number | undefined;
}

/** What is at an address: the start of its text, a way elsewhere, or nothing that is good. */
export type Found = { is: 'text'; text: string } | { is: 'moved' } | { is: 'nothing' };

export interface Visit {
  /** @throws unless the site answered in time */
  ask: (path: string) => Promise<Found>;
}

/** Bytes read of an answer; the rest is not fetched. */
export const maxBytes = 65_536;
const defaultTimeoutMs = 3_000;

/** When a look at a site ends. */
export const endOf = ({ timeoutMs }: Surroundings): AbortSignal =>
  AbortSignal.timeout(timeoutMs ?? defaultTimeoutMs);

/** @throws Problem `origin-unverified` for a site that must not be called */
export async function visitTo(
  origin: string,
  { dev, resolver }: Surroundings,
  signal: AbortSignal,
): Promise<Visit> {
  if (!isOrigin(origin)) throw new Problem('origin-unverified');
  const { hostname, protocol } = new URL(origin);
  const local = dev && isLoopbackHost(hostname);
  if (protocol !== 'https:' && !local) throw new Problem('origin-unverified');
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = local ? [loopback(host)] : await before(signal, resolver.lookup(host));
  if (!local) assertPublic(addresses);
  const [address] = addresses;
  if (!address) throw new Problem('origin-unverified');
  return { ask: (path) => fetchPinned(new URL(path, origin), address, signal) };
}

/** RFC 6761: every name under `localhost` is this machine; no name server is asked. */
const loopback = (host: string): LookupAddress =>
  host === '::1' ? { address: host, family: 6 } : { address: '127.0.0.1', family: 4 };

/** All of them: a name with one public and one inner address would be a coin to toss. */
function assertPublic(addresses: LookupAddress[]): void {
  const inner = addresses.some(({ address }) => !isPublicAddress(address));
  if (inner) throw new Problem('origin-unverified');
}

/**
 * Texts that the owner of an origin's host name published beside it.
 * @returns undefined where a name server's word says nothing of the origin: an address, another port, this machine
 */
export async function textsBeside(
  label: string,
  origin: string,
  { resolver }: Surroundings,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const { hostname, port, protocol } = new URL(origin);
  const named = !isIP(hostname.replace(/^\[|\]$/g, '')) && !isLoopbackHost(hostname);
  if (!named || port || protocol !== 'https:') return undefined;
  const records = await before(signal, resolver.txt(`${label}.${hostname}`));
  return records.slice(0, maxRecords).map((parts) => parts.join(''));
}

/** TXT records read of one name. */
const maxRecords = 50;

/** A name server may take its time; we don't. */
function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Problem('origin-unverified')));
  });
  return Promise.race([promise, late]);
}

function fetchPinned(
  url: URL,
  { address, family }: LookupAddress,
  signal: AbortSignal,
): Promise<Found> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  const options = {
    signal,
    agent: false as const,
    headers: { accept: 'application/json, text/html', 'user-agent': 'micro-pay-wallet' },
    // The address that was checked is the one that is called: a second look-up could say another.
    lookup: ((_host, { all }, done) =>
      all
        ? done(null, [{ address, family }])
        : done(null, address, family)) satisfies LookupFunction,
  };
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode === 200) {
        startOf(response).then((text) => resolve({ is: 'text', text }), reject);
        return;
      }
      response.destroy();
      resolve({ is: statusCode >= 300 && statusCode < 400 ? 'moved' : 'nothing' });
    }).on('error', reject);
  });
}

async function startOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    const bytes = Buffer.from(part as Uint8Array);
    parts.push(bytes);
    length += bytes.length;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxBytes).toString('latin1');
}
