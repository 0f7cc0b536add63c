/** What stands around a backtest: candles from the store, and the report of a run with many trades. */
import { runChild } from '../child.ts';
import type { CandlesFigures } from '../children/candles.ts';
import type { ReportFigures } from '../children/report.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import { withFolder, type BenchRun, type Group } from '../run.ts';
import { median, type Cost } from '../statistics.ts';

const AIM_REPORT_S = 2;
const AIM_BYTES = 64;
const MINUTES_PER_YEAR = 525_600;

export const reportGroup: Group = {
  name: 'report',
  summary: 'stored candles read, and the report of 100,000 trades',
  run: async (run) => [await candleTable(run), await reportTable(run)],
};

async function candleTable(run: BenchRun): Promise<Table> {
  const [years, markets] = run.isQuick ? [1, 4] : [5, 20];
  const bars = years * MINUTES_PER_YEAR;
  run.progress(`${grouped(bars)} bars of 1m × ${markets}`);
  const { write, read, bytes, peakMib } = await withFolder(
    async (folder) => (await runChild('candles', { folder, bars, markets })) as CandlesFigures,
  );
  const perBar = bytes / bars;
  return {
    title: `candles: ${years} years of 1m × ${markets} markets from the store`,
    figures: [
      secondsFigure('all markets read', read.wallMs, 'wall, one after the other, from the cache'),
      secondsFigure('all markets read', read.cpuMs, 'CPU'),
      {
        ...{ name: 'on disk', value: perBar.toFixed(1), unit: 'bytes/bar', how: 'all files' },
        aim: { text: `≤ ${AIM_BYTES} B`, isMet: perBar <= AIM_BYTES },
      },
      secondsFigure('one market written', write.wallMs, 'wall, checksums and renames included'),
      { name: 'peak memory', value: grouped(peakMib), unit: 'MiB', how: 'one market at a time' },
    ],
    remarks: ['One seeded series, written once and read as often as there are markets.'],
  };
}

async function reportTable(run: BenchRun): Promise<Table> {
  const trades = run.isQuick ? 10_000 : 100_000;
  const rounds = run.isQuick ? 2 : 3;
  run.progress(`${grouped(trades)} trades`);
  const figures = (await runChild('report', { trades, rounds })) as ReportFigures;
  const how = `median of ${rounds}, CPU`;
  const of = (costs: readonly Cost[]): number => median(costs.map(({ cpuMs }) => cpuMs));
  const report = of(figures.report);
  return {
    title: `report: ${grouped(trades)} trades, twice as many orders and fills`,
    figures: [
      {
        ...secondsFigure('report', report, how),
        aim: {
          text: `≤ ${AIM_REPORT_S} s of 100,000`,
          isMet: report / trades <= (AIM_REPORT_S * 1_000) / 100_000,
        },
      },
      secondsFigure('as JSON', of(figures.json), how),
      secondsFigure('as a page', of(figures.page), how),
      {
        ...{ name: 'JSON', value: (figures.jsonBytes / 2 ** 20).toFixed(1), unit: 'MiB' },
        how: 'not indented',
      },
    ],
    remarks: ['Five bars of 1m for each trade; excursions are looked for in all of them.'],
  };
}

function secondsFigure(name: string, ms: number, how: string): Figure {
  return { name, value: (ms / 1_000).toFixed(2), unit: 's', how };
}
