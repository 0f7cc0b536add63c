/** Candles per second of a backtest over typed arrays: the whole session, as `plimsoll backtest` runs it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../child.ts';
import type { BacktestCase, BacktestFigures, VariantFigures } from '../children/backtest.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import { ROOT, type BenchRun, type Group } from '../run.ts';
import { median } from '../statistics.ts';

const SEED = 20_171_117;
const AIM_PER_S = 5_000_000;
const RECORDING = 'candles/binance_BTCUSDT_1h_2017-08_2024-04.csv.gz';
/** A score cannot reach it: the strategy decides on every bar and never orders. */
const GATE_SHUT = { min_score: 2 };
/** What trend-eth.yaml advises for hourly bars. */
const SLOW = { ema_fast: 20, ema_slow: 50, min_score: 0 };
const [ORDERS, SHUT, SLOW_ORDERS] = [0, 1, 2] as const;

export const backtestGroup: Group = {
  name: 'backtest',
  summary: 'candles per second of a backtest, and what an order costs in it',
  run: async (run) => [await trendTable(run), await kindsTable(run)],
};

async function trendTable(run: BenchRun): Promise<Table> {
  const rounds = run.isQuick ? 2 : 3;
  const bars = run.isQuick ? 400_000 : 2_000_000;
  const synthetic = { bars, seed: SEED };
  const figures = await trendFigures(run, {
    title: `${grouped(bars)} seeded bars`,
    data: synthetic,
    rounds,
  });
  const file = recording();
  const recorded =
    file === undefined
      ? [skipped('recorded bars', 'no recordings: set PLIMSOLL_TEST_DATA to their folder')]
      : await trendFigures(run, {
          title: 'BTC/USDT 2017–2024',
          data: { file, repeats: run.isQuick ? 4 : 20 },
          rounds,
        });
  return {
    title: 'backtest: trend strategy of strategies/trend-eth.yaml on 1h bars, one core',
    figures: [...figures, ...recorded],
    remarks: [
      'Per candle: exchange model, series, 3 indicators, signal engine with all its points, strategy, equity mark.',
      'Per order: risk, memory journal, direct queue, exchange model, fill, ledger, reports. Data generation and wiring are not timed.',
      'Variants take turns within one process; rates are of processor time (user + system, garbage collector included).',
    ],
  };
}

async function trendFigures(
  run: BenchRun,
  { title, data, rounds }: Pick<BacktestCase, 'data' | 'rounds'> & { readonly title: string },
): Promise<readonly Figure[]> {
  run.progress(title);
  const answer = await runChild('backtest', {
    strategyFile: join(ROOT, 'strategies/trend-eth.yaml'),
    data,
    variants: [{}, GATE_SHUT, SLOW],
    rounds,
  } satisfies BacktestCase);
  const { variants, peakMib } = answer as BacktestFigures;
  const [traded, shut, slow] = [variants[ORDERS], variants[SHUT], variants[SLOW_ORDERS]];
  if (!traded || !shut || !slow) return [];
  const how = `median of ${rounds}, CPU`;
  return [
    rateFigure(`${title}: as in the file (5/13)`, traded, how),
    rateFigure(`${title}: 20/50, min_score 0`, slow, how),
    rateFigure(`${title}: gate shut, no orders`, shut, how),
    costFigure(`${title}: cost per order`, traded, shut),
    {
      name: `${title}: time spent on orders`,
      value: (100 * (1 - cpuMsOf(shut) / cpuMsOf(traded))).toFixed(0),
      unit: '%',
      how: 'as in the file against gate shut, same process',
    },
    {
      name: `${title}: peak memory`,
      value: peakMib.toFixed(0),
      unit: 'MiB',
      how: 'largest RSS, data included',
    },
  ];
}

const KINDS = [
  ['grid', 'grid-btc.yaml'],
  ['dca', 'dca-eth.yaml'],
  ['mean_reversion', 'reversion-sol.yaml'],
] as const;

async function kindsTable(run: BenchRun): Promise<Table> {
  const rounds = run.isQuick ? 2 : 3;
  const bars = run.isQuick ? 50_000 : 200_000;
  const figures: Figure[] = [];
  for (const [kind, file] of KINDS) {
    run.progress(kind);
    const answer = await runChild('backtest', {
      strategyFile: join(ROOT, 'strategies', file),
      data: { bars, seed: SEED },
      variants: [{}],
      rounds,
    } satisfies BacktestCase);
    const [variant] = (answer as BacktestFigures).variants;
    if (variant) figures.push(rateFigure(kind, variant, `median of ${rounds}, CPU`, false));
  }
  return {
    title: `backtest: the other kinds, their files on ${grouped(bars)} seeded 1h bars, one core`,
    figures,
    remarks: [
      'The files suit 1m bars: hourly ones move further, so there are more orders per candle.',
    ],
  };
}

function rateFigure(name: string, variant: VariantFigures, how: string, hasAim = true): Figure {
  const { bars, orders } = variant;
  const perS = (bars / cpuMsOf(variant)) * 1_000;
  const wallPerS = (bars / median(variant.costs.map(({ wallMs }) => wallMs))) * 1_000;
  return {
    name,
    value: (perS / 1e6).toFixed(2),
    unit: 'M candles/s',
    how: `${how}; ${(wallPerS / 1e6).toFixed(2)} by wall; ${orders === 0 ? 'no orders' : ordersText(bars, orders)}`,
    ...(hasAim && { aim: { text: '≥ 5 M/s', isMet: perS >= AIM_PER_S } }),
  };
}

const ordersText = (bars: number, orders: number): string =>
  `${grouped(orders)} orders, one per ${(bars / orders).toFixed(1)} candles`;

function costFigure(name: string, traded: VariantFigures, shut: VariantFigures): Figure {
  const microseconds = ((cpuMsOf(traded) - cpuMsOf(shut)) * 1_000) / traded.orders;
  return {
    name,
    value: microseconds.toFixed(1),
    unit: 'µs/order',
    how: 'difference to gate shut, divided by orders; one fill each',
  };
}

const cpuMsOf = ({ costs }: VariantFigures): number => median(costs.map(({ cpuMs }) => cpuMs));

const skipped = (name: string, how: string): Figure => ({ name, value: 'skipped', unit: '', how });

function recording(): string | undefined {
  const folder = process.env['PLIMSOLL_TEST_DATA'] ?? join(ROOT, '../shared/data');
  const file = join(folder, RECORDING);
  return existsSync(file) ? file : undefined;
}
