/** The challenge that a page carries for what its button buys. */
import type { Challenge } from '../../protocol/challenge.ts';
import { priceOf, realmOf, type Item } from '../offer.ts';
import type { Settings } from '../settings.ts';
import { scopeOf, visitFrom } from '../visit.ts';
import { classCovers } from '../../protocol/price-class.ts';
import { sessionOffer } from './price-class.ts';
import { issueSessionChallenge } from './session-challenge.ts';

/** @returns undefined where nothing is sold by session */
export async function challengeToEmbed(
  request: Request,
  item: Item,
  settings: Settings,
): Promise<Challenge | undefined> {
  const { sessions } = settings;
  if (!sessions?.enforce) return undefined;
  const visit = visitFrom(request, settings);
  const own = item.session === false ? undefined : (item.session?.scope ?? sessions.scope);
  // A list of articles stands outside their price class, and has their challenge all the same.
  const res = scopeOf(visit);
  const asked = own !== undefined && !classCovers(own, res) ? undefined : res;
  const money = priceOf(item, settings);
  const session = sessionOffer(item.session, { res: asked, money, sessions });
  const now = Math.floor(settings.now() / 1000);
  return (
    session && issueSessionChallenge({ session, realm: realmOf(visit, settings) }, settings, now)
  );
}
