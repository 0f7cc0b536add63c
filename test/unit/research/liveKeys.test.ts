/**
 * No key of a strategy file is dead: each is changed alone, and something else must come of it. A key that is in no table here
 * fails the test, so a new one cannot be forgotten.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { describeCommon, describeKinds } from '../../../src/adapters/config/reference.ts';
import { loadStrategy, type LoadedStrategy } from '../../../src/adapters/config/strategyFiles.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { StrategySpec } from '../../../src/core/strategies/contract.ts';
import { GRID } from '../../../src/core/strategies/grid/kind.ts';
import { anEngine } from '../../builders/engine.ts';
import { seededBars } from '../../fingerprint/bars.ts';
import { SYMBOL } from '../../fingerprint/cases.ts';
import { fingerprintOf } from '../../fingerprint/fingerprint.ts';
import { anInstrument } from '../../builders/orders.ts';
import { StrategyBench } from '../../builders/strategyContext.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-keys-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Keys = Readonly<Record<string, string>>;

function load(keys: Keys): LoadedStrategy {
  const file = join(folder, 'strategy.yaml');
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}\n`);
  writeFileSync(file, lines.join(''));
  const loaded = loadStrategy(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

const HEAD = { schema_version: '1', id: 'one', symbol: SYMBOL, timeframe: '1m' };
const RISK = { stop_loss: '0.4%', cooldown: '5m' };

/** A strategy of each kind in whose life every key matters. */
const BASES: Readonly<Record<string, Keys>> = {
  grid: { ...HEAD, kind: 'grid', budget: '1000 USDT', lower: '-2%', upper: '2%', lines: '21' },
  dca: { ...HEAD, kind: 'dca', budget: '1000 USDT', ...RISK, every: '10m', amount: '50 USDT' },
  trend: { ...HEAD, kind: 'trend', budget: '500 USDT', ...RISK, ema_fast: '5', ema_slow: '13' },
  mean_reversion: { ...HEAD, kind: 'mean_reversion', budget: '500 USDT', entry_rsi: '42' },
};

/** Another value of each key, and what else must be set for it to matter. */
type Other = string | { readonly value: string; readonly besides: Keys };

const OWN: Readonly<Record<string, Readonly<Record<string, Other>>>> = {
  grid: {
    lower: '-1.5%',
    upper: '1.5%',
    lines: '15',
    spacing: { value: 'arithmetic', besides: { lower: '-8%', upper: '8%', lines: '101' } },
    initial_position: 'balanced',
    recenter: { value: 'when_flat', besides: { lower: '-1%', upper: '1%', lines: '5' } },
    max_open_orders: '4',
  },
  dca: { every: '7m', amount: '40 USDT' },
  trend: {
    ema_fast: '3',
    ema_slow: '21',
    atr_length: '7',
    atr_multiple: '5',
    min_score: '0.1',
  },
  mean_reversion: {
    bollinger_length: '30',
    bollinger_deviations: '1.2',
    rsi_length: '9',
    entry_percent_b: '-0.1',
    entry_rsi: '30',
    exit_percent_b: '0.9',
    exit_rsi: '50',
    max_hold: '5m',
    min_score: '0',
  },
};

/** Of every kind, tried on DCA and observed in fills and decisions. */
const COMMON: Readonly<Record<string, Other>> = {
  budget: '200 USDT',
  stop_loss: '0.8%',
  take_profit: '0.3%',
  cooldown: '30m',
};

const data = { columns: seededBars(3_000, 7), timeframe: '1m', priceDecimals: 2 } as const;
const fillModel = { slippage: 0.0005, touch: 'through', quoteMaxAgeMs: 0 } as const;
const known = new Map<string, Promise<unknown>>();

function comesOf(keys: Keys): Promise<unknown> {
  const name = JSON.stringify(keys);
  const run = (): Promise<unknown> => {
    const specs: readonly StrategySpec[] = [load(keys).spec];
    return fingerprintOf({ name, specs, fillModel, balance: dec('10000') }, data);
  };
  const result = known.get(name) ?? run();
  known.set(name, result);
  return result;
}

async function differs(base: Keys, key: string, other: Other): Promise<void> {
  const { value, besides } = typeof other === 'string' ? { value: other, besides: {} } : other;
  const before = { ...base, ...besides };
  expect(before[key]).not.toBe(value);
  expect(await comesOf({ ...before, [key]: value })).not.toEqual(await comesOf(before));
}

const keysOf = (rows: readonly { readonly key: string }[]): string[] =>
  rows.map(({ key }) => key).sort();

describe('each key of a kind', () => {
  it('is in the table, and nothing else is', () => {
    const documented = Object.fromEntries(
      describeKinds().map(({ kind, keys }) => [kind, keysOf(keys)]),
    );
    const tried = Object.entries(OWN).map(([kind, keys]) => [
      kind,
      [...Object.keys(keys), ...(kind === 'grid' ? ['post_only'] : [])].sort(),
    ]);
    expect(Object.fromEntries(tried)).toEqual(documented);
  });

  const cases = Object.entries(OWN).flatMap(([kind, keys]) =>
    Object.entries(keys).map(([key, other]) => ({ kind, key, other })),
  );
  it.each(cases)('changes what $kind does: $key', async ({ kind, key, other }) => {
    await differs(BASES[kind] ?? {}, key, other);
  });
});

it('post_only of a grid changes what its orders are', () => {
  const typesWith = (post_only: boolean): Set<string> => {
    const bench = new StrategyBench({
      kind: GRID,
      keys: { lower: '-3%', upper: '3%', lines: 11, post_only },
    });
    bench.bar(100);
    bench.bar(100);
    return new Set(bench.proposals.map(({ type }) => type));
  };
  expect([typesWith(false), typesWith(true)]).toEqual([
    new Set(['limit']),
    new Set(['limit_maker']),
  ]);
});

describe('each key of all kinds', () => {
  const ELSEWHERE = ['enabled', 'id', 'schema_version', 'symbol', 'timeframe'];
  const base = BASES['dca'] ?? {};

  it('is tried here', () => {
    expect([...Object.keys(COMMON), ...ELSEWHERE].sort()).toEqual(keysOf(describeCommon()));
  });

  it.each(Object.entries(COMMON))('changes what is done: %s', async (key, other) => {
    await differs(base, key, other);
  });

  it('says what runs, on which market and bars, and under which name', () => {
    const keys = { ...base, id: 'two', symbol: 'ETH/USDT', timeframe: '5m' };
    const { spec, enabled } = load(keys);
    const instruments = [anInstrument(), anInstrument({ symbol: spec.symbol })];
    const { state } = anEngine({ instruments }, spec);
    const runtime = state.strategies.get(spec.id);
    expect(String(spec.id)).toBe('two');
    expect(runtime?.series.key).toEqual({ symbol: 'ETH/USDT', timeframe: '5m' });
    expect(enabled).toBe(true);
    expect(load({ ...keys, enabled: 'false' }).enabled).toBe(false);
    expect(() => load({ ...keys, schema_version: '2' })).toThrow('schema_version');
  });
});
