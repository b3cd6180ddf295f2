/** Does a site say itself that a payee is paid for it? In a file of its own, in its start page, or beside its name. */
import * as v from 'valibot';
import {
  parseJson,
  payeeStatementPath,
  payeeStatementSchema,
  Problem,
  textFrom,
} from 'micro-pay/protocol';
import type { Statement } from './payees.ts';
import {
  endOf,
  maxBytes,
  textsBeside,
  visitTo,
  type Found,
  type Surroundings,
} from './site-visit.ts';
import { linksIn } from './start-page.ts';

/** What one of the three ways to say it says. */
export interface Finding {
  way: Statement;
  /**
   * `yes`: this payee. `other`: something else. `nothing`: no word of it. `moved`: the site sends elsewhere, and nobody is
   * followed. `unreachable`: no answer in time, or an address that isn't public; more is of no use to an honest site, and a
   * map of our network to another. `not-asked`: its word would say nothing of this site.
   */
  found: 'yes' | 'other' | 'nothing' | 'moved' | 'unreachable' | 'not-asked';
}

/** Under the site's host name, a TXT record that is the payee's URL. */
export const statementLabel = '_micropay';

/**
 * Asks the site in all three ways at once.
 * @param payee the payee's URL
 * @returns what was found, in at most three seconds
 */
export async function reportOf(
  origin: string,
  payee: string,
  surroundings: Surroundings,
): Promise<Finding[]> {
  const signal = endOf(surroundings);
  const visit = visitTo(origin, surroundings, signal);
  const at = async (path: string, read: (text: string) => Finding['found']) =>
    readFound(await (await visit).ask(path), read);
  const ways: [Statement, Promise<Finding['found']>][] = [
    ['well-known', at(payeeStatementPath, (text) => statedIn(text, payee))],
    ['link', at('/', (html) => linkedIn(html, payee))],
    ['dns', besideName(origin, payee, surroundings, signal)],
  ];
  return Promise.all(
    ways.map(async ([way, asked]) => ({
      way,
      found: await asked.catch(() => 'unreachable' as const),
    })),
  );
}

/**
 * @returns how the site says it
 * @throws Problem `origin-unverified` when it says no such thing
 */
export async function statementOf(
  origin: string,
  payee: string,
  surroundings: Surroundings,
): Promise<Statement> {
  const said = wayOf(await reportOf(origin, payee, surroundings));
  if (!said) throw new Problem('origin-unverified');
  return said;
}

/** The first way that says so. */
export const wayOf = (report: Finding[]): Statement | undefined =>
  report.find(({ found }) => found === 'yes')?.way;

const readFound = (found: Found, read: (text: string) => Finding['found']): Finding['found'] =>
  found.is === 'text' ? read(found.text) : found.is;

function statedIn(body: string, payee: string): Finding['found'] {
  try {
    const limits = { characters: maxBytes, depth: 8 };
    const json = parseJson(textFrom(Buffer.from(body, 'latin1')), 'origin-unverified', limits);
    const statement = v.safeParse(payeeStatementSchema, json);
    return statement.success && statement.output.payees.includes(payee) ? 'yes' : 'other';
  } catch {
    return 'other';
  }
}

function linkedIn(html: string, payee: string): Finding['found'] {
  const links = linksIn(html).filter((link) => link.get('rel') === 'micropay-payee');
  if (links.length === 0) return 'nothing';
  return links.some((link) => link.get('href') === payee) ? 'yes' : 'other';
}

async function besideName(
  origin: string,
  payee: string,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Finding['found']> {
  // A name without records is an error to a resolver, and no word to us.
  const texts = await textsBeside(statementLabel, origin, surroundings, signal).catch(
    (): string[] => [],
  );
  if (!texts) return 'not-asked';
  if (texts.length === 0) return 'nothing';
  return texts.includes(payee) ? 'yes' : 'other';
}
