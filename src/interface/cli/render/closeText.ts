/** What a close would do and has done, for people and for programs. */
import type { ClosePlan, CloseResult } from '../../../runtime/closing.ts';
import { farewellLine, farewellRow } from './stopText.ts';
import { money } from './values.ts';

/** Everything a close would do, as one question. */
export function closeQuestion(plans: readonly ClosePlan[]): string {
  const sales = plans.map(({ strategy, amount, held, base, quote, limit, worth, openOrders }) => {
    if (amount === '0')
      return `cancel ${orders(openOrders)} of ${strategy}, which holds nothing to sell`;
    const part = amount === held ? '' : ` of ${held}`;
    const price = limit === null ? 'at the market' : `at ${limit} or better`;
    const first = openOrders === 0 ? '' : `cancel ${orders(openOrders)} and `;
    return `${first}sell ${amount} ${base}${part} ${price} (about ${money(worth)} ${quote}) for ${strategy}`;
  });
  const [start = '', ...rest] = sales.join('; ');
  return `${start.toUpperCase()}${rest.join('')}?`;
}

export function closeLines(name: string, result: CloseResult): string[] {
  const { market, resting, waits } = result;
  return [
    market ? farewellLine(market) : `${name}: nothing is sold yet`,
    ...resting.map(
      ({ order, strategy, amount, limit, hasStop }) =>
        `order ${order} of ${strategy} sells ${amount} at ${limit} or better; until it has ended the strategy does nothing else${hasStop ? ', and its stop is watched here' : ''}; \`plimsoll cancel ${order}\` ends it`,
    ),
    ...waits.map(
      ({ strategy, until }) =>
        `${strategy} enters nothing until ${until} (market time); \`plimsoll pause ${strategy}\` keeps it out for longer`,
    ),
  ];
}

/** Amounts are exact. */
export function closeRow(name: string, result: CloseResult): Readonly<Record<string, unknown>> {
  const { market, isComplete, resting, waits } = result;
  return {
    closed: name,
    complete: isComplete,
    market: market ? farewellRow(market) : null,
    resting: resting.map(({ hasStop, ...order }) => ({ ...order, stop_watched: hasStop })),
    no_entries_until: waits,
  };
}

function orders(count: number): string {
  return count === 1 ? '1 order' : `${count} orders`;
}
