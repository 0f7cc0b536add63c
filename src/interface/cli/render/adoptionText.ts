/** What adopting balances, or giving coins to a strategy, would do, for people. */
import type { GivePlan } from '../../../runtime/giving.ts';
import type { AdoptionDocument } from '../../../runtime/resume.ts';

/** A line for each difference, and for each position that changes. */
export function adoptionLines({ transfers, moves }: AdoptionDocument): string[] {
  return [
    ...transfers.map(
      ({ asset, exchange, ledger }) =>
        `${asset}: the exchange has ${exchange}, the books say ${ledger}: the difference is booked as money that came or went`,
    ),
    ...moves.map(({ strategy, symbol, base, amount, before, after }) =>
      amount.startsWith('-')
        ? `${strategy} on ${symbol}: ${before} ${base} shrinks by ${amount.slice(1)} to ${after}; its stop follows`
        : `${strategy} on ${symbol}: ${before} ${base} becomes ${after}: what it sold of others is made good`,
    ),
  ];
}

export function giveLine(plan: GivePlan): string {
  const { symbol, strategy, base, quote, amount, cost, average, lastPrice, before, after } = plan;
  const last = lastPrice === null ? '' : `, the last price is ${lastPrice}`;
  return `${amount} ${base} for ${cost} ${quote} in all (${average} a piece${last}) to ${strategy} on ${symbol}: it holds ${before} ${base}, then ${after}`;
}
