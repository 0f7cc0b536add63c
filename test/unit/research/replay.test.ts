import { describe, expect, it } from '@jest/globals';
import { ordersBySequence } from '../../../src/adapters/memory/store.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { RecordingEntry } from '../../../src/core/domain/recording.ts';
import type { StrategySpec } from '../../../src/core/strategies/contract.ts';
import { DCA } from '../../../src/core/strategies/dca/kind.ts';
import { replay } from '../../../src/research/replay.ts';
import { aCandle, aSpec, ScriptedStrategy } from '../../builders/engine.ts';
import { aFill, aReport, BTC_USDT, USDT } from '../../builders/orders.ts';
import { MemoryRecorder } from '../../builders/recorder.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

const MINUTE_MS = 60_000;

const dcaSpec = (amount = '100'): StrategySpec =>
  aSpec({
    kind: 'dca',
    params: { every: 2 * MINUTE_MS, amount: { asset: USDT, amount: dec(amount) } },
  });
const makeDca = (spec: StrategySpec) => DCA.create(spec as never);

interface Run {
  readonly recorder: MemoryRecorder;
  readonly bench: TraderBench;
}

async function aRun(): Promise<Run> {
  const recorder = new MemoryRecorder();
  const spec = dcaSpec();
  const bench = aTrader({ deps: { recorder, strategies: [{ spec, strategy: makeDca(spec) }] } });
  await bench.start();
  return { recorder, bench };
}

async function stop(bench: TraderBench): Promise<void> {
  const stopped = bench.trader.stop('keep-orders', 1_000);
  await bench.wait(10);
  await stopped;
}

/** A run that buys every other bar and is stopped in order. */
async function aWholeRun(): Promise<MemoryRecorder> {
  const { recorder, bench } = await aRun();
  for (let n = 0; n < 6; n += 1) bench.trader.parts?.session.dispatch(aCandle(n, 100 + n));
  await stop(bench);
  return recorder;
}

describe('a replay', () => {
  it('comes to the same commands, event by event', async () => {
    const recorder = await aWholeRun();
    const result = replay(recorder.entries(), makeDca);
    expect(result).toMatchObject({ difference: undefined, isWhole: true });
    expect(result.commands).toBeGreaterThan(0);
    expect(result.events).toBe(recorder.kinds().filter((kind) => kind === 'event').length);
    expect(result.start).toEqual({
      version: 1,
      program: 'test',
      mode: 'paper',
      configHash: 'hash',
      startedAt: 0,
    });
  });

  it('tells the first event that an engine with other decisions meets', async () => {
    const recorder = await aWholeRun();
    const { difference, events } = replay(recorder.entries(), () => makeDca(dcaSpec('50')));
    const bars = recorder.entries().filter(({ kind }) => kind === 'event');
    const first = bars.findIndex(({ value }) => (value as { kind: string }).kind === 'candle');
    expect(difference).toMatchObject({ event: first + 1, kind: 'candle' });
    expect(difference?.at).toBe(aCandle(0, 100).at);
    expect(difference?.recorded).toContain('"place"');
    expect(difference?.replayed).not.toBe(difference?.recorded);
    expect(events).toBe(first + 1);
  });

  it('tells commands that do not come any more, and such as did not come then', async () => {
    const recorder = await aWholeRun();
    const silent = replay(recorder.entries(), () => new ScriptedStrategy());
    expect(silent.difference).toMatchObject({ kind: 'candle', replayed: '[]' });
    const without = recorder.entries().filter(({ kind }) => kind !== 'commands');
    expect(replay(without, makeDca).difference).toMatchObject({ kind: 'candle', recorded: '[]' });
  });

  it('looks at the last event, too, when the recording has no end', async () => {
    const entries = (await aWholeRun()).entries();
    const last = entries.findLastIndex(({ kind }) => kind === 'commands');
    expect(replay(entries.slice(0, last + 1), makeDca)).toMatchObject({
      isWhole: false,
      difference: undefined,
    });
    expect(replay(entries.slice(0, last), makeDca).difference?.recorded).toBe('[]');
  });

  it('gives the engine back what it had let go of when late news came', async () => {
    const store = (await aFilledRun()).bench.store;
    const recorder = new MemoryRecorder();
    const spec = dcaSpec();
    const strategy = makeDca(spec);
    const later = aTrader({ store, deps: { recorder, strategies: [{ spec, strategy }] } });
    await later.start();
    const session = later.trader.parts?.session;
    const clientOrderId = ordersBySequence(store)[0]?.intent.clientOrderId;
    if (clientOrderId === undefined) throw new Error('nothing was ordered');
    session?.fill(aFill({ clientOrderId, amount: dec('0.001'), symbol: BTC_USDT }));
    expect(recorder.kinds()).toContain('known');
    for (let n = 10; n < 14; n += 1) session?.dispatch(aCandle(n, 100));
    expect(replay(recorder.entries(), makeDca).difference).toBeUndefined();
  });

  it('breaks where the engine broke', async () => {
    const { recorder, bench } = await aRun();
    const { symbol, timeframe, at } = aCandle(0, 100);
    const broken = { kind: 'history', at, symbol, timeframe, bars: undefined } as never;
    bench.trader.parts?.session.dispatch(broken);
    const entries = recorder.entries();
    expect(entries.at(-1)).toMatchObject({ kind: 'failure' });
    expect(replay(entries, makeDca).difference).toBeUndefined();
    expect(replay(entries.slice(0, -1), makeDca).difference).toMatchObject({
      kind: 'history',
      recorded: '[]',
    });
    const elsewhere = entries.map((entry): RecordingEntry =>
      entry.kind === 'failure' ? { ...entry, value: 'something else' } : entry,
    );
    expect(replay(elsewhere, makeDca).difference?.recorded).toContain('something else');
  });

  it('refuses what is not a recording it can replay', () => {
    expect(() => replay([], makeDca)).toThrow('RECORDING_INVALID: it is empty');
    expect(() => replay([{ kind: 'end', value: null }], makeDca)).toThrow('RECORDING_INVALID');
    const start = { version: 2, program: '9', mode: '', configHash: '', startedAt: 0, engine: {} };
    expect(() => replay([{ kind: 'start', value: start }], makeDca)).toThrow(
      'version 2, and this program replays version 1',
    );
  });
});

/** One whose first order was cancelled: its engine forgets it at the next start. */
async function aFilledRun(): Promise<Run> {
  const run = await aRun();
  const session = run.bench.trader.parts?.session;
  session?.dispatch(aCandle(0, 100));
  const [order] = session?.liveOrders() ?? [];
  if (!session || !order) throw new Error('nothing was ordered');
  const { clientOrderId } = order.intent;
  session.outcome(order, 'sending', '');
  session.report(aReport({ clientOrderId, status: 'canceled', symbol: BTC_USDT }));
  await stop(run.bench);
  return run;
}
