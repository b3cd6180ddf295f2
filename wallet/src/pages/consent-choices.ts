/** What the consent page offers: limits in steps, smallest first, nothing raised beforehand. Pure; money in millionths. */
import { inLedgerUnits, Problem, type Policy } from 'micro-pay/protocol';
import type { ChosenLimits, Site } from '../allowances.ts';
import type { Asked } from '../connects.ts';
import { usualHold } from '../holds.ts';
import { isTip } from '../wish.ts';

export interface Choice {
  value: bigint;
  /** What is chosen unless the person chooses something else */
  preset: boolean;
}

export interface Choices {
  /** The price of the payment that waits */
  price: bigint | undefined;
  perPayment: bigint;
  day: Choice[];
  total: Choice[];
  /** What is set aside for later taps with the payment that waits, by the day's limit; those that leave no room are not here */
  setAside: { perDay: bigint; amount: bigint }[];
  /** What waits to be paid is owned already: it opens, and nothing is charged */
  owned: boolean;
  /** A payment of digital content waits: the law asks for a consent of its own */
  delivery: boolean;
  /** Limits in force here now; the policy's where the site is new */
  before: ChosenLimits;
  usedToday: bigint;
  used: bigint;
}

/** @param site what this person allowed the payee before @param owned they own what waits already */
export function choicesFor(
  asked: Asked,
  site: Site | undefined,
  policy: Policy,
  owned = false,
): Choices {
  const { charge, request } = asked;
  const price = charge && !owned ? inLedgerUnits(charge).amount : undefined;
  const before: ChosenLimits = {
    perPayment: site?.per_payment ?? policy.caps.tap,
    perDay: site?.per_day ?? policy.caps.day,
    total: site?.total ?? policy.caps.total,
  };
  const wishes = wishesOf(asked);
  const [usedToday, used] = [site?.usedToday ?? 0n, site?.used ?? 0n];
  const needed = price ?? 0n;
  const { allSitesDay, allSitesMonth } = policy.caps;
  const steps = (presets: readonly bigint[], now: bigint, wish: bigint | undefined) => ({
    values: [...presets, now, ...(wish ? [wish] : [])],
    // A site may wish for less than what is usual, never for more; what was set before stands.
    preset: site || !wish || wish > now ? now : wish,
  });
  const day = choices(steps(policy.presets.day, before.perDay, wishes.perDay), {
    from: usedToday + needed,
    to: allSitesDay,
  });
  return {
    price,
    perPayment: needed > before.perPayment ? needed : before.perPayment,
    day,
    setAside: asked.setsAside && !owned ? heldBy(day, { price: needed, usedToday }, policy) : [],
    total: choices(steps(policy.presets.total, before.total, wishes.total), {
      from: used + needed,
      to: allSitesMonth,
    }),
    owned,
    delivery: Boolean(charge && !owned && !isTip(request.intent?.cid ?? '', charge)),
    before,
    usedToday,
    used,
  };
}

function wishesOf({ request }: Asked): { perDay?: bigint; total?: bigint } {
  const limits = request.access_token.access[0]?.limits;
  return {
    ...(limits?.perPeriod ? { perDay: BigInt(limits.perPeriod.amount) } : {}),
    ...(limits?.total ? { total: BigInt(limits.total) } : {}),
  };
}

/** A limit that the waiting payment would pass is no choice. */
function choices(
  { values, preset }: { values: bigint[]; preset: bigint },
  range: { from: bigint; to: bigint },
): Choice[] {
  return [...new Set(values)]
    .filter((value) => value > 0n && value >= range.from && value <= range.to)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((value) => ({ value, preset: value === preset }));
}

const heldBy = (
  day: readonly Choice[],
  { price, usedToday }: { price: bigint; usedToday: bigint },
  policy: Policy,
): Choices['setAside'] =>
  day
    .map(({ value: perDay }) => ({ perDay, amount: usualHold(policy, { price, perDay }) }))
    .filter(({ perDay, amount }) => amount > 0n && usedToday + price + amount <= perDay);

/** @throws Problem `malformed-request` for anything that wasn't offered */
export function chosenLimits(choices_: Choices, day: string, total: string): ChosenLimits {
  const pick = (offered: Choice[], sent: string): bigint => {
    const found = offered.find(({ value }) => String(value) === sent);
    if (!found) throw new Problem('malformed-request', { detail: 'Please choose a limit.' });
    return found.value;
  };
  return {
    perPayment: choices_.perPayment,
    perDay: pick(choices_.day, day),
    total: pick(choices_.total, total),
  };
}

/** Answers whether these limits let more be spent than the ones in force. */
export const raises = ({ before }: Pick<Choices, 'before'>, chosen: ChosenLimits): boolean =>
  chosen.perPayment > before.perPayment ||
  chosen.perDay > before.perDay ||
  chosen.total > before.total;
