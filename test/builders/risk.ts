/** A risk view for tests: everything is allowed unless a field says otherwise. */
import { dec } from '../../src/core/domain/decimal.ts';
import type { Position } from '../../src/core/domain/position.ts';
import { flatPosition } from '../../src/core/ledger/accounting.ts';
import { orderIdentity } from '../../src/core/orders/clientOrderId.ts';
import type { RiskView } from '../../src/core/risk/view.ts';
import { ExposureBook } from '../../src/core/risk/exposure.ts';
import { anInstrument, BTC_USDT, GRID, T0 } from './orders.ts';

/** Holds `amount`, bought for `cost`. */
export function aPosition(amount: string, cost: string): Position {
  return { ...flatPosition(GRID, BTC_USDT), amount: dec(amount), cost: dec(cost), openedAt: T0 };
}

/** Armed, last price 100, 10,000 in the account, budget 1,000, total limit 2,000, band 10 %, 50 orders. */
export function aView(changes: Partial<RiskView> = {}): RiskView {
  let sequence = 0;
  return {
    now: T0,
    armed: true,
    paused: false,
    stale: false,
    instrument: anInstrument(),
    lastPrice: 100,
    strategy: { id: GRID, budget: dec('1000') },
    position: flatPosition(GRID, BTC_USDT),
    book: new ExposureBook(),
    quoteBalance: dec('10000'),
    baseBalance: dec('10000'),
    limits: { maxTotalExposure: dec('2000'), priceBand: 0.1, maxOpenOrders: 50 },
    identify: (side) => {
      sequence += 1;
      return orderIdentity({
        instanceId: 'test',
        runId: 'run',
        sequence,
        strategyId: GRID,
        symbol: BTC_USDT,
        side,
      });
    },
    ...changes,
  };
}
