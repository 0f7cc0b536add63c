import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';
import { createEngine } from '../../../../src/core/engine/create.ts';
import { snapshotRuntime } from '../../../../src/core/engine/snapshot.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { createLedger } from '../../../../src/core/ledger/ledger.ts';
import {
  aCandle,
  aControl,
  anEngine,
  aSpec,
  BUY,
  ScriptedStrategy,
  SETUP,
} from '../../../builders/engine.ts';
import { aFill, aReport, GRID, T0, USDT } from '../../../builders/orders.ts';

const OTHER = strategyId('other');

/** Two strategies on one market, armed, the first with a live order. */
function aPair() {
  const [failing, sound] = [new ScriptedStrategy(), new ScriptedStrategy()];
  const state = createEngine(
    {
      ...SETUP,
      ledger: createLedger([{ asset: USDT, amount: dec('10000') }]),
      strategies: [
        { spec: aSpec({ stopLoss: 0.1 }), strategy: failing },
        { spec: aSpec({ id: OTHER }), strategy: sound },
      ],
    },
    new Map(),
  );
  step(state, aControl('arm'));
  failing.onNextBar = (context) => {
    context.place(BUY);
  };
  step(state, aCandle(0, 100));
  const runtime = state.strategies.get(GRID);
  const [order] = runtime?.openOrders ?? [];
  if (!runtime || !order) throw new Error('no order');
  order.state = 'SENDING';
  step(state, { kind: 'report', at: T0, report: aReport({ ...order.intent, ...placed }) });
  return { state, failing, sound, runtime, order };
}

const placed = { status: 'open', filled: dec('0'), fills: [] } as const;
const broken = (): never => {
  throw new Error('division by zero');
};

describe('a strategy that throws', () => {
  it('is noted and asked nothing any more; the others go on', () => {
    const { state, failing, sound, runtime } = aPair();
    failing.onNextBar = broken;
    step(state, aCandle(1, 100));
    expect(state.out.notes).toEqual([
      expect.objectContaining({
        code: 'STRATEGY_FAILED',
        strategyId: GRID,
        inputs: { strategy: GRID, message: 'division by zero' },
      }),
    ]);
    expect(runtime.decision.code).toBe('STRATEGY_FAILED');
    const seen = failing.seen.length;
    step(state, aCandle(2, 100));
    expect(failing.seen).toHaveLength(seen);
    expect(sound.seen.filter((what) => what.startsWith('bar'))).toHaveLength(3);
  });

  it('has its orders cancelled, in the same step', () => {
    const { state, failing, order } = aPair();
    failing.onNextBar = broken;
    step(state, aCandle(1, 100));
    expect(state.out.commands).toEqual([expect.objectContaining({ kind: 'cancel' })]);
    expect(order.state).toBe('CANCELLING');
  });

  it('cancels, too, what it had asked for just before', () => {
    const { state, failing } = aPair();
    failing.onNextBar = (context) => {
      context.place({ ...BUY, tag: 'second' });
      broken();
    };
    step(state, aCandle(1, 100));
    expect(state.out.commands.map(({ kind }) => kind)).toEqual(['place', 'cancel', 'cancel']);
  });

  it('keeps its fills on record, and its position under its stop-loss', () => {
    const { state, failing, order, runtime } = aPair();
    failing.onFill = broken;
    const { amount, clientOrderId } = order.intent;
    step(state, { kind: 'fill', at: T0, fill: aFill({ clientOrderId, amount }) });
    expect(state.out.fills).toHaveLength(1);
    expect(runtime.failure).toBe('division by zero');
    expect(runtime.holding.position.amount.eq(amount)).toBe(true);
    step(state, aCandle(1, 80));
    expect(state.out.notes.map(({ code }) => code)).toContain('STOP_LOSS');
    const [sell] = state.out.commands;
    expect(sell).toMatchObject({ kind: 'place', order: { side: 'sell', type: 'market' } });
  });

  it('is isolated in whatever it is asked', () => {
    for (const call of ['update', 'onOrderClosed'] as const) {
      const { state, failing, order, runtime } = aPair();
      failing[call] = broken;
      const { clientOrderId } = order.intent;
      step(state, aCandle(1, 100));
      const report = aReport({ clientOrderId, status: 'canceled' });
      step(state, { kind: 'report', at: T0, report });
      expect(runtime.failure).toBe('division by zero');
    }
  });

  it('begins again at the next start from the state it was in', () => {
    const { state, failing, runtime } = aPair();
    failing.memory = 41;
    failing.onNextBar = broken;
    step(state, aCandle(1, 100));
    failing.memory = 99;
    const snapshots = new Map([[GRID, snapshotRuntime(runtime)]]);
    const again = anEngine({}, aSpec(), snapshots);
    expect(again.strategy.memory).toBe(41);
    expect(again.state.strategies.get(GRID)?.failure).toBe('');
  });

  it('begins anew at the next start when it could not say what it remembers', () => {
    const { state, failing, runtime } = aPair();
    failing.onNextBar = broken;
    failing.snapshot = broken;
    step(state, aCandle(1, 100));
    const snapshots = new Map([[GRID, snapshotRuntime(runtime)]]);
    expect(anEngine({}, aSpec(), snapshots).strategy.memory).toBe(0);
  });

  it('does not take the blame for the engine', () => {
    const { state, failing, runtime } = aPair();
    failing.onNextBar = (context) => {
      state.book.reserve = broken;
      context.place({ ...BUY, tag: 'second' });
    };
    expect(() => step(state, aCandle(1, 100))).toThrow('division by zero');
    expect(runtime.failure).toBe('');
  });
});
