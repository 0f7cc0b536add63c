/** What a backtest reads of a configuration, and the rules of markets that recorded data does not tell. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Decimal } from '../../core/domain/decimal.ts';
import { fail, ok, type Result } from '../../core/domain/result.ts';
import { amountText, percent } from '../../core/strategies/units.ts';
import { toConfig, type PlimsollConfig } from './config.ts';
import { check, problemAt } from './explain.ts';
import { rootOf } from './load.ts';
import type { ConfigProblem } from './problem.ts';
import { CONFIG_SCHEMA } from './schema.ts';
import { readSource } from './source.ts';

/** The configuration file alone: no strategy file, no secret and no environment is looked at. */
export function loadConfigOnly(file: string): Result<PlimsollConfig, readonly ConfigProblem[]> {
  const source = readSource(file);
  if (!source.ok) return source;
  const parsed = check(CONFIG_SCHEMA, source.value);
  if (!parsed.ok) return fail(parsed.error);
  const place = { file: resolve(file), root: resolve(rootOf(file)), hasRedisUrl: false };
  return ok(toConfig(parsed.value, place));
}

const MARKET = z.strictObject({
  tick: amountText().describe('Price step, quote.'),
  lot: amountText().describe('Amount step, base.'),
  min_amount: amountText()
    .optional()
    .describe('Smallest amount of an order, base; default one lot.'),
  max_amount: amountText().optional().describe('Largest amount of an order, base; default none.'),
  min_notional: amountText().describe('Smallest price × amount of an order, quote.'),
  maker: percent({ min: 0, max: 0.05 }).optional(),
  taker: percent({ min: 0, max: 0.05 }).optional(),
});

const MARKETS = z.strictObject({
  markets: z.record(z.string(), MARKET).describe('Rules by market, such as BTC/USDT.'),
});

/** Trading rules of one market as a file states them. */
export interface MarketRules {
  readonly tick: Decimal;
  readonly lot: Decimal;
  readonly min_amount?: Decimal | undefined;
  readonly max_amount?: Decimal | undefined;
  readonly min_notional: Decimal;
  /** Fractions of the notional. */
  readonly maker?: number | undefined;
  readonly taker?: number | undefined;
}

/** The rules of one market in a file of markets. */
export function loadMarketRules(
  file: string,
  symbol: string,
): Result<MarketRules, readonly ConfigProblem[]> {
  const source = readSource(file);
  if (!source.ok) return source;
  const parsed = check(MARKETS, source.value);
  if (!parsed.ok) return fail(parsed.error);
  const { markets } = parsed.value;
  const rules = Object.hasOwn(markets, symbol) ? markets[symbol] : undefined;
  if (rules) {
    const flat = (['tick', 'lot'] as const).find((key) => rules[key].lte(0));
    return flat === undefined
      ? ok(rules)
      : fail([problemAt(source.value, ['markets', symbol, flat], 'must be above 0')]);
  }
  const known = Object.keys(markets).join(', ');
  const problem = `has no ${symbol}; it has ${known === '' ? 'none' : known}`;
  return fail([problemAt(source.value, ['markets'], problem)]);
}
