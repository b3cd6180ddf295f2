/** What a button is by its attributes: a meter, or what sells an item. Each is a piece that only such a page loads. */
import type * as Items from '../item/index.ts';
import type { Visit } from '../visit.ts';
import { meterVisit } from './metered.ts';

type Made = ConstructorParameters<typeof Items.ItemVisit>;

export const visitOf = async (...made: Made): Promise<Visit> =>
  made[0].element.hasAttribute('meter')
    ? meterVisit(...made)
    : new (await import('../item/index.ts')).ItemVisit(...made);

export const owned: typeof Items.owned = async (...asked) =>
  (await import('../item/index.ts')).owned(...asked);
