import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TradeRange } from '../../../../src/simulator/engine/tradeHistory.ts';
import { TradeHistory } from '../../../../src/simulator/engine/tradeHistory.ts';
import type { AccountTrade } from '../../../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../../../src/simulator/engine/types.ts';

const INSTRUMENTS = ['BTC', 'ETH'].map((base) =>
  makeInstrument({ base, quote: 'USDT', priceDecimals: 2, lotDecimals: 3, minNotional: 0n }),
);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const few = fc.nat({ max: 20 });
const atoms = fc.bigInt({ min: 0n, max: 10n ** 40n });

const trade: fc.Arbitrary<AccountTrade> = fc.record({
  id: few,
  orderId: few,
  clientOrderId: fc.string(),
  instrument: fc.constantFrom(...INSTRUMENTS),
  side: fc.constantFrom('BUY', 'SELL'),
  ticks: count,
  lots: count,
  quote: atoms,
  fee: atoms,
  feeAsset: fc.constantFrom('BTC', 'ETH', 'USDT', 'BNB'),
  isMaker: fc.boolean(),
  timeMs: few,
});

/** As market time goes. */
const trades = fc
  .array(trade)
  .map((some) => some.toSorted((earlier, later) => earlier.timeMs - later.timeMs));

const range: fc.Arbitrary<TradeRange> = fc.record(
  {
    instrumentId: fc.constantFrom('BTCUSDT', 'ETHUSDT', 'SOLUSDT'),
    orderId: few,
    fromId: few,
    fromMs: few,
    toMs: few,
  },
  { requiredKeys: [] },
);

function isWithin(range: TradeRange, { instrument, orderId, id, timeMs }: AccountTrade): boolean {
  return (
    (range.instrumentId ?? instrument.id) === instrument.id &&
    (range.orderId ?? orderId) === orderId &&
    id >= (range.fromId ?? 0) &&
    timeMs >= (range.fromMs ?? 0) &&
    timeMs <= (range.toMs ?? Infinity)
  );
}

function historyOf(pushed: readonly AccountTrade[], keptMin = 100): TradeHistory {
  const history = new TradeHistory(keptMin);
  for (const one of pushed) history.push(one);
  return history;
}

describe('the history of trades', () => {
  it('gives back the trades of a range as they were, from either end', () => {
    fc.assert(
      fc.property(trades, range, (pushed, wanted) => {
        const history = historyOf(pushed);
        const expected = pushed.filter((one) => isWithin(wanted, one));
        expect([...history.select()]).toEqual(pushed);
        expect([...history.select(wanted)]).toEqual(expected);
        expect([...history.selectNewest(wanted)]).toEqual(expected.toReversed());
      }),
    );
  });

  it('keeps the latest, and passes over nothing between the ends of a range', () => {
    const [plain] = fc.sample(trade, { seed: 1, numRuns: 1 });
    if (plain === undefined) throw new Error('no sample');
    const all = Array.from({ length: 5_300 }, (_, index) => ({ ...plain, timeMs: index }));
    const history = historyOf(all, 3_000);
    expect(history.length).toBe(3_300);
    expect([...history.select()]).toEqual(all.slice(-3_300));
    expect([...history.select({ fromMs: 2_999, toMs: 4_001 })]).toEqual(all.slice(2_999, 4_002));
    expect([...history.selectNewest({ fromMs: 2_999, toMs: 4_001 })]).toEqual(
      all.slice(2_999, 4_002).toReversed(),
    );
  });
});
