import { describe, expect, it } from '@jest/globals';
import { asset, marketSymbol, strategyId } from '../../../src/core/domain/ids.ts';
import { DCA } from '../../../src/core/strategies/dca/kind.ts';
import { GRID as GRID_KIND } from '../../../src/core/strategies/grid/kind.ts';
import { kindOf } from '../../../src/core/strategies/registry.ts';
import { cannotTrade } from '../../../src/runtime/fitness.ts';
import { strategyStatuses } from '../../../src/runtime/strategyStatus.ts';
import { aCandle, aSpec, ScriptedStrategy } from '../../builders/engine.ts';
import { anInstrument, GRID } from '../../builders/orders.ts';
import { specOf } from '../../builders/strategyContext.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

const sound = { spec: aSpec(), strategy: new ScriptedStrategy() };

function strategyOf(spec: ReturnType<typeof specOf>) {
  const kind = kindOf(spec.kind);
  if (!kind) throw new Error(`no kind ${spec.kind}`);
  return kind.create(spec);
}

async function started(...specs: readonly ReturnType<typeof specOf>[]): Promise<TraderBench> {
  const made = specs.map((spec) => ({
    spec,
    strategy: strategyOf(spec),
  }));
  const bench = aTrader({ deps: { strategies: [sound, ...made] } });
  await bench.start();
  return bench;
}

function partsOf({ trader }: TraderBench) {
  if (!trader.parts) throw new Error('not started');
  return trader.parts;
}

const unfit = (bench: TraderBench): string[] =>
  [...cannotTrade(bench.trader.deps, partsOf(bench)).values()].map(
    ({ spec, where, problem }) => `${spec.id} ${where} ${problem}`,
  );

const states = (bench: TraderBench): string[] =>
  strategyStatuses(bench.trader.deps, partsOf(bench)).map(({ id, state }) => `${id} ${state}`);

describe('a strategy on a market that the exchange does not list', () => {
  const misspelt = {
    ...specOf(DCA, {
      id: 'dca',
      symbol: 'BTC/USDC',
      every: '1h',
      amount: '50 USDC',
      budget: '100 USDC',
    }),
    source: 'strategies/dca.yaml',
    lines: { symbol: 4 },
  };

  it('says so with its place, and the others run', async () => {
    const bench = await started(misspelt);
    expect(bench.trader.phase).toBe('running');
    expect(bench.trader.parts?.gone).toEqual([]);
    expect(unfit(bench)).toEqual(['dca strategies/dca.yaml:4 no market BTC/USDC']);
    expect(states(bench)).toEqual([`${GRID} waiting`, 'dca cannot-trade']);
  });

  it('keeps a start from succeeding only when no market is left, and is named then', async () => {
    const strategies = [{ spec: misspelt, strategy: strategyOf(misspelt) }];
    const bench = aTrader({ deps: { strategies } });
    await expect(bench.start()).rejects.toThrow(
      'strategies/dca.yaml:4: strategy dca: no market BTC/USDC',
    );
  });

  it('costs one more question each, and not one for every market there is', async () => {
    const more = ['A', 'B', 'C', 'D', 'E'].map((base) => ({
      spec: aSpec({ id: strategyId(base.toLowerCase()), symbol: marketSymbol(`${base}/USDT`) }),
      strategy: new ScriptedStrategy(),
    }));
    const exchange = new FakeExchange();
    exchange.listed = ['B', 'C', 'D', 'E'].map((base) =>
      anInstrument({ symbol: marketSymbol(`${base}/USDT`), base: asset(base) }),
    );
    const bench = aTrader({ exchange, deps: { strategies: [sound, ...more] } });
    await bench.start();
    expect(bench.trader.parts?.unlisted.map(({ symbol }) => symbol)).toEqual([
      'BTC/USDT',
      'A/USDT',
    ]);
    expect(exchange.count('instruments')).toBe(3);
  });
});

describe('a strategy whose buys are too small', () => {
  it('says so at once, and with the words of the refusal when it has tried', async () => {
    const bench = await started(specOf(DCA, { id: 'dca', every: '1h', amount: '0.5 USDT' }));
    partsOf(bench).session.dispatch(aCandle(0, 100));
    // Not before the first decision could be made, but before it was.
    expect(unfit(bench)).toHaveLength(1);
    expect(states(bench)).toContain('dca cannot-trade');
    partsOf(bench).session.dispatch(aCandle(1, 100));
    partsOf(bench).session.dispatch(aCandle(2, 100));
    const [status] = strategyStatuses(bench.trader.deps, partsOf(bench)).slice(1);
    expect(status?.last_decision).toMatchObject({
      code: 'DCA_BUY_REFUSED',
      cause: { code: 'NOTIONAL_TOO_SMALL' },
      text: expect.stringMatching(/was refused; asked for again later: notional [\d.]+ is below/u),
    });
    expect(unfit(bench)).toEqual([expect.stringMatching(/^dca test.yaml:1 notional .* is below/u)]);
  });

  it('is not said of one that is refused for what passes', async () => {
    const bench = await started(specOf(DCA, { id: 'dca', every: '1h', amount: '50 USDT' }));
    partsOf(bench).session.control({ action: 'pause', reason: 'x' });
    for (const n of [0, 1, 2]) partsOf(bench).session.dispatch(aCandle(n, 100));
    const [, status] = strategyStatuses(bench.trader.deps, partsOf(bench));
    expect(status?.last_decision).toMatchObject({
      code: 'DCA_BUY_REFUSED',
      cause: { code: 'PAUSED', text: 'entries are paused' },
    });
    expect(unfit(bench)).toEqual([]);
    // After a restart it waits without asking, and the refusal is not known any more.
    const runtime = partsOf(bench).session.state.strategies.get(strategyId('dca'));
    if (!runtime) throw new Error('no dca');
    runtime.decision.cause = undefined;
    expect(unfit(bench)).toEqual([]);
  });
});

describe('a grid whose range excludes the price', () => {
  it('cannot trade until the price is within', async () => {
    const keys = { id: 'out', lower: '200 USDT', upper: '300 USDT', lines: 5 };
    const bench = await started(specOf(GRID_KIND, keys));
    partsOf(bench).session.dispatch(aCandle(0, 100));
    expect(unfit(bench)).toEqual([expect.stringContaining('the range begins at 200')]);
    partsOf(bench).session.dispatch(aCandle(1, 250));
    expect(unfit(bench)).toEqual([]);
  });
});
