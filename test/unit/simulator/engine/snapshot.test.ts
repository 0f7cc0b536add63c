import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import { restoreEngine, snapshotEngine } from '../../../../src/simulator/engine/snapshot.ts';
import { UNIT, engineFixture } from './engineFixture.ts';
import type { Fixture } from './engineFixture.ts';

/** An engine with an order of every sort at rest, a halted trigger chain, and a pair whose stop has expired. */
function busy(): Fixture {
  const fixture = engineFixture({ makerPpm: 750, takerPpm: 1_000 });
  const { order, pair, engine } = fixture;
  engine.onLastPrice('BTCUSDT', 100, 1);
  order({ ticks: 90, lots: 10 });
  order({ accountId: 'bob', ticks: 90, lots: 20 });
  order({ accountId: 'cat', side: 'SELL', ticks: 120, lots: 30 });
  order({ type: 'STOP_LOSS_LIMIT', triggerTicks: 115, ticks: 116, lots: 5 });
  order({ accountId: 'bob', type: 'STOP_LOSS', triggerTicks: 115, lots: 6 });
  pair([
    { side: 'SELL', type: 'LIMIT_MAKER', ticks: 105, lots: 50 },
    { side: 'SELL', type: 'STOP_LOSS', triggerTicks: 80, lots: 50 },
  ]);
  pair([
    { side: 'SELL', type: 'LIMIT_MAKER', ticks: 130, lots: 50 },
    { side: 'SELL', type: 'STOP_LOSS_LIMIT', triggerTicks: 70, ticks: 69, lots: 50 },
  ]);
  order({ accountId: 'cat', side: 'BUY', ticks: 105, lots: 7 });
  engine.replaceInstrument('BTCUSDT', { tickStep: 5, minNotional: UNIT / 2n });
  return fixture;
}

/** What is left to do in both worlds: everything fires or trades, or is cancelled. */
function finish({ engine }: Fixture): readonly unknown[] {
  const sweep = {
    ...({ accountId: 'bob', instrumentId: 'BTCUSDT', side: 'SELL', type: 'LIMIT' } as const),
    ...({ timeInForce: 'GTC', ticks: 85, lots: 1000, quoteBudget: 0n } as const),
    clientOrderId: 'sweep',
  };
  engine.place(sweep, 49);
  engine.onLastPrice('BTCUSDT', 115, 50);
  engine.onLastPrice('BTCUSDT', 65, 51);
  return [snapshotEngine(engine), [...engine.lists.values()].map(({ status }) => status)];
}

describe('a snapshot', () => {
  it('is plain JSON that gives the same snapshot again', () => {
    const kept = snapshotEngine(busy().engine);
    const other = engineFixture({ makerPpm: 750, takerPpm: 1_000 });
    restoreEngine(other.engine, JSON.parse(JSON.stringify(kept)) as typeof kept);
    expect(snapshotEngine(other.engine)).toEqual(kept);
    expect(selfCheck(other.engine)).toEqual([]);
  });

  it('continues as the engine it was taken from', () => {
    const original = busy();
    const other = engineFixture({ makerPpm: 750, takerPpm: 1_000 });
    restoreEngine(other.engine, snapshotEngine(original.engine));
    expect(finish(other)).toEqual(finish(original));
    expect(selfCheck(other.engine)).toEqual([]);
  });

  it('replaces what an engine held before', () => {
    const original = busy();
    const other = busy();
    other.order({ accountId: 'cat', ticks: 50, lots: 1000 });
    other.engine.setStatus('BTCUSDT', 'HALT', 60);
    restoreEngine(other.engine, snapshotEngine(original.engine));
    expect(snapshotEngine(other.engine)).toEqual(snapshotEngine(original.engine));
  });

  it('knows that an instrument is halted', () => {
    const original = busy();
    original.engine.setStatus('BTCUSDT', 'HALT', 60);
    const other = engineFixture({ makerPpm: 750, takerPpm: 1_000 });
    restoreEngine(other.engine, snapshotEngine(original.engine));
    expect(other.place({ ticks: 100 })).toEqual({ ok: false, refusal: 'HALTED' });
  });
});
