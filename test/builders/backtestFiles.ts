/** Strategy files, candle files and configurations of backtests, in a folder of their own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backtest, type BacktestRequest } from '../../src/compose/backtest.ts';
import { temporaryFolder } from './books.ts';

/** Of the process: each test file has its own. Dispose of it at the end. */
export const folder = temporaryFolder();

export const T0 = 1_704_067_200_000;
export const HOUR = 3_600_000;

export function put(name: string, content: string | Uint8Array): string {
  const path = join(folder.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export type Row = readonly [
  at: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

/** A price that goes up and down, with a digit more now and then. */
export const ROWS: readonly Row[] = Array.from({ length: 600 }, (_, n) => {
  const price = (at: number): number => Math.round(10_000 + 800 * Math.sin(at / 20) + at) / 1e4;
  const [open, close] = [price(n), price(n + 1)];
  // Written in full: every spelling then says the same number.
  const shifted = (from: number, by: number): number => Number((from + by).toFixed(4));
  return [
    T0 + n * HOUR,
    open,
    shifted(Math.max(open, close), 0.001),
    shifted(Math.min(open, close), -0.001),
    close,
    5e6,
  ];
});

export const HEADER = 'timestamp_ms,open,high,low,close,volume';
export const csv = (write: (row: Row) => string): string => [HEADER, ...ROWS.map(write)].join('\n');
export const plain = csv((row) => row.join(','));

export const DCA = put(
  'dca.yaml',
  `schema_version: 1
id: dca-ada
kind: dca
symbol: ADA/USDT
timeframe: 1h
budget: 600 USDT
amount: 12 USDT
every: 6h
`,
);
export const SELLING = put(
  'selling.yaml',
  `schema_version: 1\nid: dca-ada\nkind: dca\nsymbol: ADA/USDT\ntimeframe: 1h\nbudget: 600 USDT\namount: 12 USDT\nevery: 6h\ntake_profit: 3%\n`,
);
export const DATA = put('ADA_USDT-1h.csv', plain);

export interface One extends Partial<BacktestRequest> {
  readonly strategyFile?: string;
  readonly dataFile?: string;
}

export const run = ({ strategyFile = DCA, dataFile = DATA, ...more }: One = {}) =>
  backtest({ strategyFiles: [strategyFile], dataFiles: [dataFile], ...more });

/** The only one there is. */
export function only<Item>(items: readonly Item[]): Item {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error(`${items.length} of them`);
  return item;
}

export const CONFIG = (paper: string): string => `schema_version: 1
mode: paper
risk:
  max_total_exposure: 5000 USDT
paper:
${paper}
`;
