/** A strategy that orders on every bar, so that what an order costs can be timed; no kind of the program. */
import { dec } from '../../src/core/domain/decimal.ts';
import { strategyId, type MarketSymbol } from '../../src/core/domain/ids.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { Bar } from '../../src/core/domain/market.ts';
import type {
  Strategy,
  StrategyContext,
  StrategySpec,
} from '../../src/core/strategies/contract.ts';

/** Quote of each buy. */
const SPEND = dec('100');

/** Buys when flat, sells everything otherwise, by limit order at the bar's close: so the price tells which bar it was. */
export class EveryBarStrategy implements Strategy {
  readonly warmUpBars = 1;

  update(): void {
    return;
  }

  onBar(bar: Bar, context: StrategyContext): void {
    if (context.openOrders.length > 0) return;
    const { amount } = context.position;
    const common = { type: 'limit', price: bar.close, reason: 'BENCH', tag: 'b' } as const;
    if (amount.isZero()) context.place({ ...common, purpose: 'entry', side: 'buy', quote: SPEND });
    else context.place({ ...common, purpose: 'exit', side: 'sell', amount });
  }

  onFill(): void {
    return;
  }

  onOrderClosed(): void {
    return;
  }

  onStopped(): void {
    return;
  }

  snapshot(): Json {
    return {};
  }

  restore(): void {
    return;
  }
}

export function everyBarSpec(symbol: MarketSymbol): StrategySpec {
  return {
    id: strategyId('every-bar'),
    kind: 'every_bar',
    symbol,
    timeframe: '1m',
    budget: dec('1000'),
    cooldownMs: 0,
    params: {},
    source: 'test/bench',
  };
}
