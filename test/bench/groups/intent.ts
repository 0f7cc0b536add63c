/** From an event to a journalled order, within one process: what the engine itself adds to a reaction. */
import { runChild } from '../child.ts';
import type { IntentCase, IntentFigures } from '../children/intent.ts';
import type { Figure, Table } from '../report.ts';
import { withFolder, type BenchRun, type Group } from '../run.ts';
import { quantile } from '../statistics.ts';

/** statfs(2): a file system in memory, where syncing costs nothing. */
const TMPFS = 0x01021994;

export const intentGroup: Group = {
  name: 'intent',
  summary: 'microseconds from an event to a journalled place command, in process',
  run: async (run) => [await intentTable(run)],
};

async function intentTable(run: BenchRun): Promise<Table> {
  const orders = run.isQuick ? 1_000 : 5_000;
  const measure = (journal: IntentCase['journal']): Promise<IntentFigures> =>
    withFolder(async (folder) => {
      run.progress(`${journal} journal`);
      const request = { journal, folder, orders } satisfies IntentCase;
      return (await runChild('intent', request)) as IntentFigures;
    });
  const memory = await measure('memory');
  const sqlite = await measure('sqlite');
  return {
    title: 'intent: event in → place command out, in process, wall time',
    figures: [
      figureOf('trade, nothing to do', memory.tradeUs),
      figureOf('closed bar, nothing decided', memory.barUs),
      figureOf('closed bar → order, memory journal', memory.orderUs),
      figureOf('closed bar → order, SQLite journal (FULL)', sqlite.orderUs),
      figureOf('of which the disk: 4 KiB append + fdatasync', sqlite.syncUs),
    ],
    remarks: [
      'A closed bar passes series, signal engine, strategy, risk and the journal; it ends when the command is handed on.',
      ...(sqlite.fileSystem === TMPFS
        ? ['The temporary folder is in memory: syncing is free here; set TMPDIR to a disk.']
        : []),
    ],
  };
}

function figureOf(name: string, values: readonly number[]): Figure {
  return {
    name,
    value: `${quantile(values, 0.5).toFixed(1)} / ${quantile(values, 0.99).toFixed(1)}`,
    unit: 'µs p50/p99',
    how: `${values.length} events, hrtime around dispatch`,
  };
}
