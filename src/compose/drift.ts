/** A period of this data folder against its backtest: recordings, books and settings from their places. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfigOnly } from '../adapters/config/backtestFiles.ts';
import type { FillSettings } from '../adapters/config/config.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import { recordingsAt } from '../adapters/recordings/folder.ts';
import { openRecords } from '../adapters/sqlite/records.ts';
import type { AttributedFill } from '../core/domain/position.ts';
import type { Millis } from '../core/domain/time.ts';
import { drift, type DriftResult } from '../research/drift/drift.ts';
import { DEFAULT_ACCOUNT, type ConfigChoice } from './backtestAccount.ts';
import { barsOfFile, barsOfStore } from './driftData.ts';
import { runsBetween, told } from './driftRuns.ts';
import { wireShadow } from './driftShadow.ts';
import { strategyOf } from './strategyOf.ts';

export interface DriftQuestion {
  readonly config: ConfigChoice;
  /** Market time; absent: from the first recording on, to the end of the last. */
  readonly fromMs?: Millis;
  readonly toMs?: Millis;
  /** Bars of the backtest: a file, or an exchange of the candle store; absent: the recorded ones. */
  readonly dataFile?: string;
  readonly storedOf?: string;
  /** File by file, a share in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

/** The most fills of the books that are looked at. */
const FILLS_MAX = 1_000_000;

/** @throws Error `RECORDING_…`, `DRIFT_NO_BEGINNING`, `DATA_…`, `CONFIG_INVALID`, `KIND_UNKNOWN` */
export async function driftOf(question: DriftQuestion): Promise<DriftResult> {
  const { config, fromMs = 0, toMs = Infinity, dataFile, storedOf, onProgress } = question;
  const { dataDir, database, fills } = placesOf(config);
  const runs = runsBetween(recordingsAt(join(dataDir, 'recordings')), { fromMs, toMs });
  const { slippage, touch, maxShare, latencyMs } = fills;
  const data =
    dataFile === undefined ? storedOf && barsOfStore(dataDir, storedOf) : barsOfFile(dataFile);
  return drift({
    runs: runs.map((file, index) => told(file, index / runs.length, onProgress)),
    make: (spec) => strategyOf(spec).strategy,
    ...{ fromMs, toMs, slippage },
    wire: (state) =>
      wireShadow({ state, fillModel: { slippage, touch, maxShare, quoteMaxAgeMs: 0 }, latencyMs }),
    ...(data && { data }),
    ...(database !== undefined && { booked: (from, to) => bookedIn(database, { from, to }) }),
  });
}

interface Places {
  readonly dataDir: string;
  /** Undefined when there is none. */
  readonly database: string | undefined;
  readonly fills: FillSettings;
}

function placesOf({ file, isNamed }: ConfigChoice): Places {
  if (!isNamed && !existsSync(file))
    return { dataDir: 'data', database: undefined, fills: DEFAULT_ACCOUNT.fills };
  const loaded = loadConfigOnly(file);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { dataDir, database, fills } = loaded.value;
  return { dataDir, database: existsSync(database) ? database : undefined, fills };
}

function bookedIn(
  database: string,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): AttributedFill[] {
  const records = openRecords(database);
  try {
    return records.fills({ limit: FILLS_MAX }).filter(({ fill: { at } }) => at >= from && at < to);
  } finally {
    records.close();
  }
}
