/** One pass of a backtest through its recordings. */
import { setImmediate } from 'node:timers/promises';
import { dec, type Decimal } from '../core/domain/decimal.ts';
import { accountOf, holdingOf } from '../core/ledger/ledger.ts';
import type { Reading } from '../core/matching/model.ts';
import {
  runBacktestInTurns,
  type BacktestOptions,
  type Interruption,
} from '../research/backtest.ts';
import type { BacktestData } from '../research/marketWalk.ts';
import type { ReportInput } from '../research/report.ts';
import { wireBacktest } from './backtestParts.ts';
import { fillModelOf, uncappedOf } from './backtestFillModel.ts';
import type { TriedMarket } from './backtestHistory.ts';
import type { Trial } from './backtestTrial.ts';
import { SILENT } from './silentLogger.ts';

/** What came of it, and the final equity. */
export type BacktestPass = Pick<
  ReportInput,
  'run' | 'positions' | 'ambiguousBars' | 'orders' | 'findOrder'
> & { readonly equity: Decimal };

export type PassOptions = BacktestOptions & Pick<Interruption, 'isCancelled'>;

/** Everything is made anew: two passes know nothing of each other. */
export async function passThrough(
  trial: Trial,
  options: PassOptions,
  reading: Reading,
): Promise<BacktestPass> {
  const { specs, markets, account } = trial;
  const [spec, ...besides] = specs;
  const [instrument, ...furtherInstruments] = markets.map((market) => market.instrument);
  if (!spec || !instrument) throw new Error('CONFIG_INVALID: there is no strategy');
  const wired = await wireBacktest({
    ...{ spec, besides, instrument, furtherInstruments },
    balances: [{ asset: instrument.quote, total: account.balance }],
    fillModel: fillModelOf(account.fills, reading),
    uncapped: uncappedOf(markets),
    latencyMs: account.fills.latencyMs,
    limits: account,
    logger: SILENT,
  });
  const data = markets.map(playedData);
  const run = await runBacktestInTurns(wired, data, { ...options, pause: () => setImmediate() });
  const { ledger } = wired.session.state;
  const worth = ({ symbol, instrument: { base } }: TriedMarket): Decimal => {
    const { total } = accountOf(ledger, base);
    const { lastClose = 0 } = run.markets.find((span) => span.symbol === symbol) ?? {};
    return total.isZero() ? total : total.times(dec(lastClose));
  };
  return {
    run,
    positions: new Map(specs.map(({ id, symbol }) => [id, holdingOf(ledger, id, symbol).position])),
    ambiguousBars: wired.exchange.ambiguousBars,
    orders: wired.orders(),
    findOrder: (intentId) => wired.findOrder(intentId),
    equity: markets.reduce(
      (sum, market) => sum.plus(worth(market)),
      accountOf(ledger, instrument.quote).total,
    ),
  };
}

function playedData({ symbol, bars, detail }: TriedMarket): BacktestData {
  const { columns, timeframe } = bars;
  if (!detail) return { symbol, columns, timeframe };
  const decide = { columns, timeframe };
  return { symbol, columns: detail.columns, timeframe: detail.timeframe, decide };
}
