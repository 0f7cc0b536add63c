import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { marketSymbol, tradeId } from '../../../../src/core/domain/ids.ts';
import type { OrderRecord, Proposal } from '../../../../src/core/domain/order.ts';
import { snapshotRuntime } from '../../../../src/core/engine/snapshot.ts';
import type { EngineState } from '../../../../src/core/engine/state.ts';
import { step } from '../../../../src/core/engine/step.ts';
import {
  aCandle,
  aControl,
  anEngine,
  aSpec,
  type Bench,
  BUY,
  MINUTE,
} from '../../../builders/engine.ts';
import { aFill, aReport, BTC, BTC_USDT, GRID, T0 } from '../../../builders/orders.ts';

const codes = (state: EngineState): string[] => state.out.notes.map((note) => note.code);

function armed(bench: Bench = anEngine()): Bench {
  step(bench.state, aControl('arm'));
  return bench;
}

/** Has the strategy place on the next bar; returns the order it made. */
function place({ state, strategy }: Bench, n: number, proposal: Proposal = BUY): OrderRecord {
  strategy.onNextBar = (context) => {
    context.place(proposal);
  };
  step(state, aCandle(n, 100));
  const command = state.out.commands.find(({ kind }) => kind === 'place');
  if (command?.kind !== 'place') throw new Error(`refused: ${codes(state).join()}`);
  const record = state.orders.get(command.order.intentId);
  if (!record) throw new Error('no record');
  return record;
}

/** Nothing is told of an order that was not sent. */
function sent(record: OrderRecord): OrderRecord {
  if (record.state === 'PLANNED') record.state = 'SENDING';
  return record;
}

function report(record: OrderRecord, changes: Parameters<typeof aReport>[0] = {}) {
  sent(record);
  const { clientOrderId } = record.intent;
  return { kind: 'report', at: T0, report: aReport({ clientOrderId, ...changes }) } as const;
}

function fill(record: OrderRecord, changes: Parameters<typeof aFill>[0] = {}) {
  const { clientOrderId, side, amount } = sent(record).intent;
  return {
    kind: 'fill',
    at: T0,
    fill: aFill({ clientOrderId, side, amount, ...changes }),
  } as const;
}

describe('a step on market data', () => {
  it('feeds indicators but asks for no decision before it is armed', () => {
    const { state, strategy } = anEngine();
    step(state, aCandle(0, 100));
    expect(strategy.seen).toEqual(['update 100']);
  });

  it('says that it is warming up until the strategy has its bars', () => {
    const bench = armed();
    bench.strategy.warmUpBars = 2;
    step(bench.state, aCandle(0, 100));
    expect(codes(bench.state)).toEqual(['WARMING_UP']);
    step(bench.state, aCandle(1, 101));
    expect(bench.strategy.seen).toContain('bar 101');
  });

  it('decides on a streamed bar when the next one opens, and only once', () => {
    const { state, strategy } = armed();
    step(state, aCandle(0, 100, { closed: false }));
    step(state, aCandle(0, 105, { closed: false }));
    expect(strategy.seen).toEqual([]);
    step(state, aCandle(1, 106, { closed: false }));
    step(state, aCandle(0, 105));
    expect(strategy.seen).toEqual(['update 105', 'bar 105']);
  });

  it('asks for missing bars and lets later ones wait for them', () => {
    const { state, strategy } = armed();
    step(state, aCandle(0, 100));
    step(state, aCandle(3, 103));
    expect(state.out.commands).toEqual([
      {
        kind: 'backfill',
        symbol: BTC_USDT,
        timeframe: '1m',
        from: T0 + MINUTE,
        to: T0 + 3 * MINUTE,
      },
    ]);
    expect(strategy.seen).toEqual(['update 100', 'bar 100']);
    const bars = [aCandle(1, 101), aCandle(2, 102)];
    step(state, { kind: 'history', at: T0, symbol: BTC_USDT, timeframe: '1m', bars });
    expect(strategy.seen.slice(2)).toEqual(['update 101', 'update 102', 'update 103', 'bar 103']);
    expect(codes(state)).toContain('DATA_GAP');
  });

  it('ignores a bar whose numbers cannot be', () => {
    const { state, strategy } = armed();
    step(state, aCandle(0, 100, { low: 101 }));
    step(state, aCandle(0, Number.NaN));
    expect(strategy.seen).toEqual([]);
  });

  it('leaves its output unused when nothing came of an event', () => {
    const { state } = armed();
    expect(step(state, aCandle(0, 100)).used).toBe(false);
  });
});

describe('a step on an order', () => {
  it('turns a proposal into exactly one command, one planned order and one note', () => {
    const bench = armed();
    const record = place(bench, 0);
    expect(record.state).toBe('PLANNED');
    expect(bench.state.out.commands).toHaveLength(1);
    expect(codes(bench.state)).toEqual(['ORDER_PLANNED']);
    expect(bench.state.nextSequence).toBe(2);
  });

  it('notes a repeated refusal once', () => {
    const bench = armed();
    const tooSmall: Proposal = { ...BUY, quote: dec('1') };
    const noted: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      bench.strategy.onNextBar = (context) => {
        expect(context.place(tooSmall)).toBeUndefined();
      };
      step(bench.state, aCandle(n, 100));
      noted.push(...codes(bench.state));
    }
    expect(noted).toEqual(['NOTIONAL_TOO_SMALL']);
  });

  it('counts a fill into position, balances and strategy before the order closes', () => {
    const bench = armed();
    const record = place(bench, 0);
    const fee = { fee: dec('0.001'), feeAsset: BTC };
    step(bench.state, fill(record, fee));
    const { out } = bench.state;
    expect(out.fills).toHaveLength(1);
    const position = out.positions[0];
    expect(position?.amount.toString()).toBe(record.intent.amount.minus('0.001').toString());
    expect(bench.strategy.seen.slice(-2)).toEqual([
      `fill b ${record.intent.amount.toString()}`,
      'closed b FILLED',
    ]);
  });

  it('keeps an order open whose reported amount exceeds its fills, and asks for them', () => {
    const bench = armed();
    const record = place(bench, 0);
    step(bench.state, report(record, { status: 'closed', filled: record.intent.amount }));
    expect(record.state).not.toBe('FILLED');
    expect(bench.state.out.commands.map(({ kind }) => kind)).toEqual(['fetchFills']);
    step(bench.state, fill(record));
    expect(record.state).toBe('FILLED');
  });

  it('frees the budget when an order is proved not placed, not while it is unknown', () => {
    const bench = armed(anEngine({}, aSpec({ budget: dec('110') })));
    const record = place(bench, 0);
    const outcome = (what: 'sending' | 'unknown' | 'notPlaced') => {
      const { intentId, clientOrderId } = record.intent;
      step(bench.state, {
        kind: 'outcome',
        at: T0,
        intentId,
        clientOrderId,
        outcome: what,
        message: '',
      });
    };
    outcome('sending');
    outcome('unknown');
    expect(() => place(bench, 1)).toThrow('STRATEGY_EXPOSURE');
    outcome('notPlaced');
    expect(place(bench, 2).state).toBe('PLANNED');
  });

  it('leaves a fill that is not ours out of the books', () => {
    const { state } = armed();
    step(state, { kind: 'fill', at: T0, fill: aFill({ tradeId: tradeId('foreign') }) });
    expect(codes(state)).toEqual(['FOREIGN_FILL', 'HALT']);
    expect(state.out.fills).toHaveLength(0);
    step(state, { kind: 'fill', at: T0, fill: aFill({ tradeId: tradeId('foreign') }) });
    expect(codes(state)).toEqual([]);
  });

  it('does not judge a fill while an order of the market is still on its way', () => {
    const bench = armed();
    const record = place(bench, 0);
    const { clientOrderId: _unknown, ...byExchangeId } = aFill({ tradeId: tradeId('early') });
    step(bench.state, { kind: 'fill', at: T0, fill: byExchangeId });
    expect(codes(bench.state)).toEqual([]);
    step(bench.state, report(record));
    step(bench.state, { kind: 'fill', at: T0, fill: byExchangeId });
    expect(record.state).toBe('FILLED');
  });

  it('asks for a cancel once', () => {
    const bench = armed();
    const record = place(bench, 0);
    step(bench.state, report(record));
    bench.strategy.onNextBar = (context) => {
      context.cancel(record.intent.intentId, 'test');
      context.cancel(record.intent.intentId, 'test');
    };
    step(bench.state, aCandle(1, 100));
    expect(bench.state.out.commands.map(({ kind }) => kind)).toEqual(['cancel']);
    expect(record.state).toBe('CANCELLING');
  });
});

describe('pause, halt and stale data', () => {
  it('refuse entries', () => {
    const bench = armed();
    step(bench.state, aControl('pause'));
    expect(() => place(bench, 0)).toThrow('PAUSED');
    step(bench.state, aControl('resume'));
    step(bench.state, { ...aControl('halt'), symbol: BTC_USDT });
    expect(() => place(bench, 1)).toThrow('SYMBOL_HALTED');
    step(bench.state, { ...aControl('unhalt'), symbol: BTC_USDT });
    step(bench.state, { kind: 'feed', at: T0, symbol: BTC_USDT, stale: true });
    expect(() => place(bench, 2)).toThrow('DATA_STALE');
    step(bench.state, { kind: 'feed', at: T0, symbol: BTC_USDT, stale: false });
    expect(place(bench, 3).state).toBe('PLANNED');
  });

  it('leave exits open', () => {
    const bench = armed();
    step(bench.state, fill(place(bench, 0)));
    step(bench.state, aControl('pause'));
    const exit: Proposal = {
      purpose: 'exit',
      side: 'sell',
      type: 'market',
      amount: dec('1'),
      reason: 'TEST',
    };
    expect(place(bench, 1, exit).state).toBe('PLANNED');
  });
});

describe('a stop-loss', () => {
  const holding = (): Bench => {
    const bench = armed(anEngine({}, aSpec({ stopLoss: 0.1, cooldownMs: 2 * MINUTE })));
    step(bench.state, fill(place(bench, 0)));
    return bench;
  };

  it('does nothing one tick above the stop price', () => {
    const { state } = holding();
    step(state, { kind: 'trade', at: T0, symbol: BTC_USDT, price: 90.01, amount: 1, side: 'sell' });
    expect(state.out.commands).toEqual([]);
  });

  it('sells the whole position at the stop price, and tells the strategy once it is out', () => {
    const bench = holding();
    const { state, strategy } = bench;
    step(state, { kind: 'trade', at: T0, symbol: BTC_USDT, price: 90, amount: 1, side: 'sell' });
    expect(codes(state)[0]).toBe('STOP_LOSS');
    const command = state.out.commands[0];
    if (command?.kind !== 'place') throw new Error('no sell');
    const record = state.orders.get(command.order.intentId);
    if (!record) throw new Error('no record');
    step(state, fill(record, { tradeId: tradeId('t2'), price: dec('90') }));
    expect(strategy.seen.at(-1)).toBe('stopped');
    expect(codes(state)).toContain('STOPPED');
  });

  it('cancels open orders before it sells', () => {
    const bench = holding();
    const open = place(bench, 1, { ...BUY, tag: 'second' });
    step(bench.state, report(open));
    step(bench.state, aCandle(2, 90));
    expect(bench.state.out.commands.map(({ kind }) => kind)).toEqual(['cancel']);
    step(bench.state, report(open, { status: 'canceled' }));
    expect(bench.state.out.commands.map(({ kind }) => kind)).toEqual(['place']);
  });

  it('waits out its cooldown before the strategy is asked again', () => {
    const bench = holding();
    const { state, strategy } = bench;
    step(state, aCandle(1, 90));
    const command = state.out.commands[0];
    if (command?.kind !== 'place') throw new Error('no sell');
    const record = state.orders.get(command.order.intentId);
    if (!record) throw new Error('no record');
    step(state, fill(record, { tradeId: tradeId('t2'), price: dec('90') }));
    step(state, aCandle(2, 90));
    expect(codes(state)).toEqual(['COOLING_DOWN']);
    step(state, aCandle(3, 91));
    expect(strategy.seen.at(-1)).toBe('bar 91');
  });
});

describe('an engine made again', () => {
  it('knows the state of its strategies, its open orders and their exposure', () => {
    const bench = armed(anEngine({}, aSpec({ budget: dec('110') })));
    const record = place(bench, 0);
    bench.strategy.memory = 7;
    const runtime = bench.state.strategies.get(GRID);
    if (!runtime) throw new Error('no strategy');
    const again = anEngine(
      { orders: [record], nextSequence: 2 },
      aSpec({ budget: dec('110') }),
      new Map([[GRID, snapshotRuntime(runtime)]]),
    );
    expect(again.strategy.memory).toBe(7);
    armed(again);
    expect(() => place(again, 5)).toThrow('STRATEGY_EXPOSURE');
  });

  it('cancels the orders of a strategy that is no longer there', () => {
    const record = place(armed(), 0);
    const orphan = { ...record, intent: { ...record.intent, strategyId: 'gone' as typeof GRID } };
    const { state } = anEngine({ orders: [orphan] });
    step(state, aControl('arm'));
    expect(codes(state)).toEqual(['ARMED', 'ORPHANED']);
    expect(state.out.commands.map(({ kind }) => kind)).toEqual(['cancel']);
  });
});

describe('a word that ends the orders of one market', () => {
  it('leaves those of another market alone', () => {
    const bench = armed();
    const { intent } = place(bench, 0);
    const word = aControl('cancelAll', bench.state.now);
    step(bench.state, { ...word, symbol: marketSymbol('ETH/USDT') });
    expect(bench.state.out.commands).toEqual([]);
    step(bench.state, { ...word, symbol: BTC_USDT });
    expect(bench.state.out.commands).toMatchObject([{ kind: 'cancel', intentId: intent.intentId }]);
  });
});
