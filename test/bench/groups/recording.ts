/** What it costs to record what goes into the engine. */
import { runChild } from '../child.ts';
import type { RecorderCase, RecorderFigures } from '../children/recorder.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import { withFolder, type BenchRun, type Group } from '../run.ts';
import { median } from '../statistics.ts';

export const recordingGroup: Group = {
  name: 'recording',
  summary: 'processor time and bytes of an event that is recorded',
  run: async (run) => [await recordingTable(run)],
};

async function recordingTable(run: BenchRun): Promise<Table> {
  run.progress('public trades');
  const trades = run.isQuick ? 100_000 : 400_000;
  const rounds = run.isQuick ? 2 : 5;
  const { costs, bytesPerTrade } = (await withFolder((folder) =>
    runChild('recorder', { folder, trades, rounds } satisfies RecorderCase),
  )) as RecorderFigures;
  const how = `median of ${costs.length} × ${grouped(trades)} trades`;
  const figure = (name: string, ms: readonly number[]): Figure => {
    const value = ((median(ms) * 1_000) / trades).toFixed(2);
    return { name, value, unit: 'µs a trade of CPU', how };
  };
  return {
    title: 'recording: public trades of one market',
    figures: [
      figure(
        'the thread that trades',
        costs.map(({ threadMs }) => threadMs ?? Number.NaN),
      ),
      figure(
        'all threads',
        costs.map(({ cpuMs }) => cpuMs),
      ),
      { name: 'on disk', value: bytesPerTrade.toFixed(1), unit: 'bytes a trade', how },
    ],
    remarks: ['Text, compressed in blocks beside the loop, written to a file.'],
  };
}
