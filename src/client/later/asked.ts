/** What a 402 asks, where its header isn't as our own paywall writes it. */
import { challengesFrom, namesKnownHeader } from '../../protocol/challenge-grammar.ts';
import type { Challenge } from '../../protocol/payment-header.ts';
import type { Context } from '../context.ts';
import { tellHiddenHeader } from './setup-hints.ts';

/** @param header empty where there is none, or where the page may not read it */
export function challengeIn(context: Context, url: string, header: string): Challenge | undefined {
  if (!header) tellHiddenHeader(context, url);
  return chooseChallenge(header);
}

/** The first challenge that is ours to answer, among several and among foreign schemes. */
export const chooseChallenge = (header: string): Challenge | undefined =>
  challengesFrom(header).find(
    (one) => one.method === 'micropay' && one.intent === 'charge' && namesKnownHeader(one),
  );
