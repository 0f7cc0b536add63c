/** Nanoseconds per update of each indicator, beside two other packages in the same run. */
import { catalogue } from '../../../src/core/indicators/catalogue.ts';
import { runChild } from '../child.ts';
import type { IndicatorCase, IndicatorFigures, Library } from '../children/indicators.ts';
import { TECHNICAL_INDICATORS, TRADING_SIGNALS } from '../indicatorRivals.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import type { BenchRun, Group } from '../run.ts';
import { quantile } from '../statistics.ts';

/** The indicators whose sum is compared. */
const COMPARED = ['sma', 'ema', 'rsi', 'macd', 'bollinger', 'atr', 'adx', 'stochastic'];
const AIM_TIMES = 5;
/** Few enough to stay in the processor's cache, so that memory is not what is measured. */
const BARS = 10_000;
/** Which round counts: on a machine that others share, the best tenth tells of the code, the rest of the neighbours. */
const BEST = 0.1;
/** On a busy machine the compiler's own thread is the last to run, and all would be measured uncompiled. */
const COMPILED_AT_ONCE = ['--no-concurrent-recompilation'];

export const indicatorsGroup: Group = {
  name: 'indicators',
  summary: 'nanoseconds per update of each indicator, beside two other packages',
  run: async (run) => [await indicatorTable(run)],
};

type Costs = Readonly<Partial<Record<Library, number>>>;

async function indicatorTable(run: BenchRun): Promise<Table> {
  const costs = new Map<string, Costs>();
  for (const name of Object.keys(catalogue)) {
    run.progress(name);
    costs.set(name, await costsOf(run, name));
  }
  const rows = [...costs].map(([name, cost]) => figureOf(name, cost));
  return {
    title: 'indicators: one update each, usual parameters, seeded bars',
    figures: [...sums(costs), ...rows],
    remarks: [
      'Every indicator of every library runs in a process of its own, so that none is slowed by code compiled for another; the best tenth of the rounds over 10 000 bars, after 20 that do not count; time of the main thread.',
      'technicalindicators 3.1.0 and trading-signals 8.3.0 by their streaming classes, with the same parameters; – where they have none.',
      'cci, alma and percent_rank look at their whole window with each update; engulfing is the shape finder of technicalindicators.',
    ],
  };
}

async function costsOf(run: BenchRun, name: string): Promise<Costs> {
  const ask = async (library: Library): Promise<number> => {
    const request: IndicatorCase = { library, name, bars: BARS, rounds: run.isQuick ? 20 : 60 };
    const child = await runChild('indicators', request, COMPILED_AT_ONCE);
    return quantile((child as IndicatorFigures).nsPerUpdate, BEST);
  };
  const isSignals = name in TRADING_SIGNALS || name === 'macd';
  return {
    plimsoll: await ask('plimsoll'),
    ...(name in TECHNICAL_INDICATORS && { technicalindicators: await ask('technicalindicators') }),
    ...(isSignals && { 'trading-signals': await ask('trading-signals') }),
  };
}

const ns = (value: number | undefined): string =>
  value === undefined ? '–' : grouped(value, value < 100 ? 1 : 0);

function figureOf(name: string, cost: Costs): Figure {
  const { plimsoll = Number.NaN, technicalindicators: technical } = cost;
  const signals = cost['trading-signals'];
  const others = [technical, signals].filter((value) => value !== undefined);
  return {
    name,
    value: ns(plimsoll),
    unit: 'ns/update',
    how: `technicalindicators ${ns(technical)}, trading-signals ${ns(signals)}`,
    ...(others.length > 0 && {
      aim: { text: 'none slower', isMet: others.every((other) => plimsoll <= other) },
    }),
  };
}

/** The sum over the indicators that everybody has. */
function sums(costs: ReadonlyMap<string, Costs>): Figure[] {
  const sumOf = (library: Library): number =>
    COMPARED.reduce((sum, name) => sum + (costs.get(name)?.[library] ?? Number.NaN), 0);
  const mine = sumOf('plimsoll');
  return (['technicalindicators', 'trading-signals'] as const).map((library) => {
    const times = sumOf(library) / mine;
    return {
      name: `sum of ${COMPARED.length}, against ${library}`,
      value: `${ns(mine)} : ${ns(sumOf(library))}`,
      unit: 'ns',
      how: `${times.toFixed(1)} times as fast: ${COMPARED.join(', ')}`,
      aim: { text: `≥ ${AIM_TIMES}×`, isMet: times >= AIM_TIMES },
    };
  });
}
