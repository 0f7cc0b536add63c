/**
 * Whether a strategy can trade as it is configured, and whether what it would do makes sense: a list of pure checks over its spec
 * and what is known of its market. The same list runs in `config check`, in `config check --online`, at start and while running; what
 * is not known is not judged. A new check is a function here, or a `fit` of a kind when only that kind needs it.
 */
import { dec, ONE, toText, type Decimal } from '../domain/decimal.ts';
import type { StrategyKind, StrategySpec } from './contract.ts';
import { boughtFor, money, percent, unsellableAfter } from './exitFit.ts';
import type { FitFacts, Misfit } from './fitTypes.ts';
import { kindOf } from './registry.ts';
import { quoteOf } from './units.ts';

export type FitCheck = (spec: StrategySpec, facts: FitFacts) => readonly Misfit[];

/** What most exchanges take of a small account: 0.1 %. */
const TAKER_FEE = dec('0.001');

/** Everything that is wrong, the worst first. */
export function misfitsOf(spec: StrategySpec, facts: FitFacts): Misfit[] {
  const found = FIT_CHECKS.flatMap((check) => check(spec, facts));
  const worstFirst = [...found.filter(isFatal), ...found.filter((misfit) => !isFatal(misfit))];
  // Of one key the first word is enough.
  return worstFirst.filter(
    ({ key }, index) => worstFirst.findIndex((other) => other.key === key) === index,
  );
}

/** `file:line` of a key of the strategy's file. */
export function placeOf({ source, lines }: StrategySpec, key: string): string {
  return `${source}:${lines?.[key] ?? 1}`;
}

export function isFatal({ severity }: Misfit): boolean {
  return severity === 'cannot';
}

const cannot = (key: string, problem: string): Misfit => ({ key, problem, severity: 'cannot' });
const doubtful = (key: string, problem: string): Misfit => ({ key, problem, severity: 'doubtful' });

/** What one entry spends, and the key that says so. */
function entryOf(spec: StrategySpec): ReturnType<StrategyKind['entry']> | undefined {
  return kindOf(spec.kind)?.entry(spec);
}

function entryAboveLimit(spec: StrategySpec, { maxTotalExposure: limit }: FitFacts): Misfit[] {
  const entry = entryOf(spec);
  if (!entry || limit === undefined || entry.quote.lte(limit)) return [];
  const text = `each buy is for ${money(spec, entry.quote)}, but risk.max_total_exposure is ${money(spec, limit)}: every one would be refused`;
  return [cannot(entry.key, text)];
}

function entryBelowMinimum(spec: StrategySpec, { market }: FitFacts): Misfit[] {
  const entry = entryOf(spec);
  if (!entry || !market) return [];
  const { instrument, lastPrice } = market;
  const { minNotional, minAmount, base } = instrument;
  const said = `each buy is for ${money(spec, entry.quote)}`;
  const least = `${said}, but ${spec.symbol} takes no order below ${money(spec, minNotional)}`;
  if (!(lastPrice > 0)) return entry.quote.lt(minNotional) ? [cannot(entry.key, least)] : [];
  const bought = boughtFor(entry.quote, market);
  if (bought.isZero() || bought.lt(minAmount)) {
    const text = `${said}, which buys ${toText(bought)} ${base} at ${lastPrice}; the least that is taken is ${toText(minAmount)}`;
    return [cannot(entry.key, text)];
  }
  const value = bought.times(dec(lastPrice));
  if (value.gte(minNotional)) return [];
  if (entry.quote.lt(minNotional)) return [cannot(entry.key, least)];
  // More than the least, until the fee has been taken off and the rest rounded to lots.
  const text = `${said}, which after the fee and in whole lots buys ${toText(bought)} ${base} for ${money(spec, value)} at ${lastPrice}; ${spec.symbol} takes no order below ${money(spec, minNotional)}`;
  return [cannot(entry.key, text)];
}

/** What one entry buys must be worth a sell at its stop, after the fee: else it could be bought and never sold. */
function exitBelowMinimum(spec: StrategySpec, { market }: FitFacts): Misfit[] {
  const entry = entryOf(spec);
  if (!entry || !market) return [];
  const found = unsellableAfter(entry.quote, spec.stopLoss, market);
  if (!found) return [];
  const where =
    spec.stopLoss === undefined
      ? 'after its fee'
      : `at its stop, ${percent(dec(spec.stopLoss))} below,`;
  const text = `each buy is for ${money(spec, entry.quote)}, of which ${where} only ${money(spec, found.value)} could be sold; ${spec.symbol} takes no order at the market below ${found.least}, so it could never be sold`;
  return [cannot(entry.key, text)];
}

function entryAboveMaximum(spec: StrategySpec, { market }: FitFacts): Misfit[] {
  const entry = entryOf(spec);
  const maxAmount = market?.instrument.maxAmount;
  if (!entry || !market || maxAmount === undefined || !(market.lastPrice > 0)) return [];
  const bought = boughtFor(entry.quote, market);
  if (bought.lte(maxAmount)) return [];
  const { base } = market.instrument;
  const text = `each buy is for ${toText(bought)} ${base} at ${market.lastPrice}, but ${spec.symbol} takes no order above ${toText(maxAmount)}`;
  return [cannot(entry.key, text)];
}

/** Whole dollars: no exchange known takes less. */
const DOLLARS: ReadonlySet<string> = new Set(['USDT', 'USDC', 'FDUSD', 'DAI', 'USD', 'EUR']);

function entryTiny(spec: StrategySpec, { market }: FitFacts): Misfit[] {
  const entry = entryOf(spec);
  if (!entry || market || !DOLLARS.has(quoteOf(spec.symbol)) || entry.quote.gte(ONE)) return [];
  const text = `each buy is for ${money(spec, entry.quote)}: most exchanges take no order below 5 or 10`;
  return [doubtful(entry.key, text)];
}

function takeProfitPays({ takeProfit }: StrategySpec, facts: FitFacts): Misfit[] {
  const fees = twoFees(facts);
  if (takeProfit === undefined || fees.lt(dec(takeProfit))) return [];
  const text = `${percent(dec(takeProfit))} is not above two fees (${percent(fees)}): what is sold at it earns nothing`;
  return [doubtful('take_profit', text)];
}

function stopHasRoom({ stopLoss }: StrategySpec, facts: FitFacts): Misfit[] {
  const fees = twoFees(facts);
  if (stopLoss === undefined || fees.lt(dec(stopLoss))) return [];
  const text = `${percent(dec(stopLoss))} is not above two fees (${percent(fees)}): the price need not move for it to be reached`;
  return [doubtful('stop_loss', text)];
}

function ofItsKind(spec: StrategySpec, facts: FitFacts): readonly Misfit[] {
  return kindOf(spec.kind)?.fit?.(spec, facts) ?? [];
}

const FIT_CHECKS: readonly FitCheck[] = [
  entryAboveLimit,
  entryBelowMinimum,
  exitBelowMinimum,
  entryAboveMaximum,
  entryTiny,
  takeProfitPays,
  stopHasRoom,
  ofItsKind,
];

function twoFees({ market, takerFee }: FitFacts): Decimal {
  return (market?.instrument.takerFee ?? takerFee ?? TAKER_FEE).times(2);
}
