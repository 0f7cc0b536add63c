import { describe, expect, it } from '@jest/globals';
import { keepSignalsOfReaders, type EngineState } from '../../../../src/core/engine/state.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { specOf } from '../../../builders/strategyContext.ts';
import { STRATEGY_KINDS } from '../../../../src/core/strategies/registry.ts';
import { aCandle, aControl, anEngine, aSpec, ScriptedStrategy } from '../../../builders/engine.ts';
import { BTC_USDT } from '../../../builders/orders.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';

class Deaf extends ScriptedStrategy {
  readonly readsSignals = false;
}

function run(strategies: readonly ScriptedStrategy[], isWatched = false): EngineState {
  const { state } = anEngine({
    strategies: strategies.map((strategy, index) => ({
      spec: aSpec({ id: strategyId(`s${String(index)}`) }),
      strategy,
    })),
  });
  if (!isWatched) keepSignalsOfReaders(state);
  step(state, aControl('arm'));
  for (let bar = 0; bar < 5; bar += 1) step(state, aCandle(bar, 100 + bar));
  return state;
}

const barsIn = (state: EngineState): number =>
  state.markets.get(BTC_USDT)?.series.get('1m')?.signals.read().at ?? Number.NaN;

describe('signals of a run that nobody watches', () => {
  it('stand still where no strategy reads them', () => {
    expect(barsIn(run([new Deaf(), new Deaf()]))).toBe(0);
  });

  it('go on where one of several does, and everywhere in a daemon', () => {
    const last = aCandle(4, 100).at;
    expect(barsIn(run([new Deaf(), new ScriptedStrategy()]))).toBe(last);
    expect(barsIn(run([new Deaf()], true))).toBe(last);
  });

  it('fail the strategy that reads them all the same', () => {
    const strategy = new Deaf();
    strategy.onNextBar = (context) => context.score;
    const state = run([strategy]);
    expect(state.strategies.get(strategyId('s0'))?.failure).toMatch(/^SIGNAL_UNREAD: strategy s0/u);
  });
});

describe('a kind of strategy', () => {
  it.each([
    ['grid', { lower: '-3%', upper: '+3%', lines: 5 }, false],
    ['dca', { every: '1h', amount: '10 USDT' }, false],
    ['trend', { ema_fast: 5, ema_slow: 13 }, false],
    ['trend', { ema_fast: 5, ema_slow: 13, min_score: 0 }, true],
    ['mean_reversion', {}, false],
    ['mean_reversion', { min_score: 0 }, true],
  ])('%s with %j reads signals: %s', (name, keys, reads) => {
    const kind = STRATEGY_KINDS.find((each) => each.kind === name);
    if (!kind) throw new Error(name);
    expect(kind.create(specOf(kind, keys)).readsSignals).toBe(reads);
  });
});
