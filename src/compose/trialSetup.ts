/** What all trials of a search have in common, from files: the strategy, the recording, the account; and the names of all that. */
import { createHash } from 'node:crypto';
import { renderProblem } from '../adapters/config/problem.ts';
import { loadStrategy } from '../adapters/config/strategyFiles.ts';
import type { SourceFile } from '../adapters/config/source.ts';
import { emptyColumns, type BarColumns } from '../core/domain/market.ts';
import { timeframeMs, type Millis } from '../core/domain/time.ts';
import type { TrialTask } from '../research/optimise/trial.ts';
import { openTrial, type TrialRequest } from './backtestTrial.ts';
import { pack } from './packed.ts';
import type { RunTerms } from './trialRun.ts';
import { VERSION } from './version.ts';

export interface TrialSetup {
  readonly source: SourceFile;
  readonly strategy: string;
  readonly kind: string;
  readonly terms: RunTerms;
  /** On shared memory. */
  readonly columns: BarColumns;
  readonly dataHash: string;
  readonly strategyHash: string;
  /** Of everything but the parameters: program, terms and data. */
  readonly termsHash: string;
  /** Of the recording: its first bar's beginning, its last bar's end. */
  readonly span: { readonly fromMs: Millis; readonly toMs: Millis };
  /** Names everything that a trial runs. */
  readonly keyOf: (task: TrialTask) => string;
}

/** @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recording. */
export function openSetup(request: TrialRequest): TrialSetup {
  const loaded = loadStrategy(request.strategyFile);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { spec, data, account, instrument } = openTrial(request);
  const { source } = loaded.value;
  const { content } = source;
  const { timeframe } = data;
  const terms = {
    ...{ content, timeframe, symbol: spec.symbol },
    account: pack(account),
    instrument: pack(instrument),
  };
  const columns = sharedColumns(data.columns);
  const dataHash = hashOfColumns(columns, `${spec.symbol} ${timeframe}`);
  const termsHash = hashOf([VERSION, dataHash, { ...terms, content: {} }]);
  return {
    ...{ source, terms, columns, dataHash, termsHash },
    strategy: spec.id,
    kind: spec.kind,
    strategyHash: hashOf(content),
    span: {
      fromMs: columns.openTime[0] ?? 0,
      toMs: (columns.openTime.at(-1) ?? 0) + timeframeMs(timeframe),
    },
    keyOf: ({ params, ...task }) => hashOf([termsHash, { ...content, ...params }, task]),
  };
}

/** The same for the same content, whatever the order of keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'absent' : JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

function sharedColumns(columns: BarColumns): BarColumns {
  const shared: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(columns) as [string, Float64Array][]) {
    const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    shared[name] = copy;
  }
  return { ...emptyColumns(0), ...shared };
}

function hashOfColumns(columns: BarColumns, name: string): string {
  const hash = createHash('sha256').update(name);
  for (const column of Object.values(columns) as Float64Array[])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}
