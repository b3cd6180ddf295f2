/** Defects to plant, one at a time; each is found by the story of its seed. */
export interface Defect {
  name: string;
  /** Where it is planted; `from` stands there once */
  file: string;
  from: string;
  to: string;
  /** The first seed whose story it breaks */
  seed: number;
}

export const defects: readonly Defect[] = [
  {
    name: 'a tap leaves before it is stored',
    file: 'src/client/session/tap.ts',
    from: '      pending: [...account.pending, pending],\n',
    to: '      pending: account.pending,\n',
    seed: 1,
  },
  {
    name: 'a tap without an answer is forgotten',
    file: 'src/client/session/send-tap.ts',
    from: "  if (!isOver(context, pending)) throw new Problem('answer-unknown');\n",
    to: '',
    seed: 86,
  },
  {
    name: 'what was refused stays owed',
    file: 'src/client/session/tap-book.ts',
    from: 'owed: hold.owed - price, ended',
    to: 'owed: hold.owed, ended',
    seed: 5,
  },
  {
    name: 'what was got is not owed',
    file: 'src/client/session/tap.ts',
    from: 'hold: { ...hold, owed: cum, signedMax }',
    to: 'hold: { ...hold, signedMax }',
    seed: 1,
  },
  {
    name: 'the next sum counts what was refused',
    file: 'src/client/session/tap.ts',
    from: 'const cum = hold.owed + price;',
    to: 'const cum = hold.signedMax + price;',
    seed: 5,
  },
  {
    name: 'a tap is forgotten before its receipt is kept',
    file: 'src/client/session/tap-receipt.ts',
    from:
      '  if (kept.text) await keepReceipt(context, charge, kept);\n' +
      '  await forgetTap(context, pending, kept.text ? { seq } : { free: true });\n',
    to:
      '  await forgetTap(context, pending, kept.text ? { seq } : { free: true });\n' +
      '  if (kept.text) await keepReceipt(context, charge, kept);\n',
    seed: 22,
  },
  {
    name: 'an undo in two tabs is booked twice',
    file: 'src/client/session/undo.ts',
    from: '    if (!(await markUndone(context, aud, jti))) return account;\n',
    to: '    await markUndone(context, aud, jti);\n',
    seed: 176,
  },
  {
    name: 'two tabs write one account at once',
    file: 'src/client/account.ts',
    from: 'context.lock(`micro-pay:${payee}`, async',
    to: 'context.lock(`micro-pay:${payee} ${context.random(8).join()}`, async',
    seed: 14,
  },
  {
    name: 'a refusal that is no answer counts as one',
    file: 'src/client/session/send-tap.ts',
    from: "return problem.moneyMoved === 'no' && !isPassing ? problem : undefined;",
    to: 'return problem;',
    seed: 43,
  },
  {
    name: 'an owned thing is owed',
    file: 'src/client/session/tap-receipt.ts',
    from: 'kept.text ? { seq } : { free: true }',
    to: '{ seq }',
    seed: 5,
  },
  {
    name: 'an approval whose answer got lost is not asked for again',
    file: 'src/client/later/finish.ts',
    from: '  if (sending.again) await regainApproval(context, pending).catch(() => undefined);\n',
    to: '',
    seed: 1583,
  },
  {
    name: 'a tap is delivered and not taken',
    file: 'src/merchant/sessions/take-tap.ts',
    from: "  return { result: { by: 'tap', tap, sub }, write: [session, [tap]] };",
    to: "  return { result: { by: 'tap', tap, sub } };",
    seed: 1,
  },
  {
    name: 'a claimed tap is undone at the payee',
    file: 'src/merchant/sessions/manage.ts',
    from: "  if (tap.claimed > 0n) throw new Problem('already-settled');\n",
    to: '',
    seed: 2,
  },
  {
    name: 'all that was signed is claimed',
    file: 'src/merchant/sessions/tab.ts',
    from: 'claimed: session.claimed + more }',
    to: 'claimed: session.accepted }',
    seed: 3,
  },
  {
    name: 'what was given back is claimed',
    file: 'src/merchant/sessions/tab.ts',
    from: '  }),\n  tapWith(tap, { state }),',
    to: '  }),\n  tap,',
    seed: 3,
  },
  {
    name: 'a known tap is charged again',
    file: 'src/merchant/sessions/take-tap.ts',
    from: 'found.tap ? knownTap(found.tap, found, offered) : newTap(found, offered),',
    to: 'newTap(found, offered),',
    seed: 6,
  },
  {
    name: 'a tap that was given back is delivered',
    file: 'src/merchant/sessions/take-tap.ts',
    from: "  if (tap.state !== 'taken' && tap.amount > 0n) throw new Problem('payment-required');\n",
    to: '',
    seed: 205,
  },
  {
    name: 'a claim moves again',
    file: 'wallet/src/settlement-lines.ts',
    from: 'const moved = line.claim - session.settled;',
    to: 'const moved = line.claim;',
    seed: 2,
  },
  {
    name: 'a hold is not counted',
    file: 'wallet/src/holds.ts',
    from: '  await countSpent(tx, { person, payee, day: standing.day, amount, byTap: true });\n',
    to: '',
    seed: 1,
  },
  {
    name: 'a release is not written down',
    file: 'wallet/src/releases.ts',
    from: 'set released = released + $1, closed_at',
    to: 'set released = released + 0 * $1, closed_at',
    seed: 1,
  },
  {
    name: 'what is released is held again',
    file: 'wallet/src/session-rows.ts',
    from: '  deposit - settled - released;',
    to: '  deposit - released;',
    seed: 1,
  },
  {
    name: 'what was paid is refused once its price has changed',
    file: 'src/merchant/door.ts',
    from: '  if (isNow || (await offer.request({ amount, currency })) === request) return;',
    to: '  if (isNow) return;',
    seed: 15,
  },
  {
    name: 'a known tap is refused once its price has changed',
    file: 'src/merchant/sessions/take-tap.ts',
    from: '    found.tap ? knownTap(found.tap, found, offered) : newTap(found, offered),',
    to: '    (assertPrice(offered), found.tap) ? knownTap(found.tap, found, offered) : newTap(found, offered),',
    seed: 12,
  },
  {
    name: 'a copy of what was owned is charged',
    file: 'src/merchant/sessions/take-tap.ts',
    from: "return { result: { by: 'owned', sub }, write: [before, [free(unpaid)]] };",
    to: "return { result: { by: 'owned', sub } };",
    seed: 193,
  },
  {
    name: 'a session that was closed takes taps',
    file: 'src/merchant/sessions/standing.ts',
    from: "  if (kept && kept.state !== 'open') throw new Problem('session-ended');\n",
    to: '',
    seed: 76,
  },
  {
    name: 'what the wallet paid back is not owed',
    file: 'src/client/session/undo.ts',
    from: " && by === 'payee'",
    to: '',
    seed: 2,
  },
  {
    name: 'a hold outlives its key',
    file: 'src/client/later/site.ts',
    from: '    hold: undefined,\n',
    to: '',
    seed: 76,
  },
  {
    name: 'a session that its payee has ended is signed for',
    file: 'src/client/session/hold.ts',
    from: '    if (!hold || hold.ended) return undefined;',
    to: '    if (!hold) return undefined;',
    seed: 11,
  },
  {
    name: 'a hold of a forgotten approval is kept',
    file: 'src/client/session/hold.ts',
    from: '    if (account.approval?.gnt !== live.gnt) return account;\n',
    to: '    if (!account.approval) return { ...account, hold: { owed: 0n, signedMax: 0n, ...fresh } };\n',
    seed: 623,
  },
  {
    name: 'what was refused is taken back again',
    file: 'src/client/session/tap-book.ts',
    from: "    if ('refused' in outcome) await markUndone(context, charge.payee.url, charge.cid);\n",
    to: '',
    seed: 1836,
  },
  {
    name: 'a grant counts as seen that came with a known tap',
    file: 'src/client/session/send-tap.ts',
    from: 'isFirst && attempt === 1 ? seq : 0',
    to: 'seq',
    seed: 540,
  },
];
