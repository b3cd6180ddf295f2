/** English words of a meter. */

const isOne = (seconds: number): boolean => seconds === 1 || seconds === 60 || seconds === 3_600;
const arePaid = (rest: number): string =>
  `${meter.time(rest)} ${isOne(rest) ? 'is' : 'are'} paid for`;

export const meter = {
  /** @param seconds whole ones */
  time: (seconds: number): string =>
    [
      [Math.floor(seconds / 3_600), 'h'],
      [Math.floor(seconds / 60) % 60, 'min'],
      [seconds % 60, 's'],
    ]
      .filter(([count]) => count)
      .map((part) => part.join(' '))
      .join(' ') || '0 s',
  /** The price of one unit. @param seconds of it */
  rate: (price: string, seconds: number): string =>
    `${price} ${seconds === 60 ? 'a minute' : `for each ${meter.time(seconds)}`}`,

  runs: (rate: string): string => `It runs${rate && `: ${rate}`}, until you pause or stop it.`,
  away: 'It pauses while you look away.',
  back: 'It was paused while you looked away, and goes on now.',
  paused: (cost: string, rest: number): string => `Paused. ${cost} so far; ${arePaid(rest)}.`,
  stopped: (time: string, cost: string): string => `Stopped. ${time}, ${cost} in all.`,
  kept: (rest: number): string => `${arePaid(rest)} and kept for the next time.`,
  halted: (amount: string, cost: string): string => `It stopped after ${amount}, ${cost} in all.`,
  ended: (time: string, cost: string): string => `That is all of it: ${time}, ${cost}.`,
  tapped: (price: string): string => `Paid ${price}.`,

  /** @param amount how long, or how often */
  soFar: (amount: string, cost: string): string => `${amount}, ${cost} so far`,
  sum: (units: number, price: string): string => ` (${units} × ${price})`,
  times: (units: number): string => (units === 1 ? 'Once' : `${units} times`),
  left: (left: string, limit: string, span: 'day' | 'total'): string =>
    `${left} of your ${limit} left ${span === 'day' ? 'today' : 'in all'} here`,

  playMoney: 'play money',
  pause: 'Pause',
  goOn: 'Go on',
  stop: 'Stop',
};
