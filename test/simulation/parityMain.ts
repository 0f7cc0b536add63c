/** `npm run parity -- [--seeds N] [--from S] [--faults ID,ID…|none|all]`: exit code 1 when a difference is unexplained. */
import { parseArgs } from 'node:util';
import { causeCounts } from '../../src/research/drift/compare.ts';
import type { DriftDifference } from '../../src/research/drift/types.ts';
import { DiskFolder } from './disk.ts';
import type { FaultId } from './faults.ts';
import { parity } from './parity.ts';
import { readFaultIds } from './switchedOff.ts';

const USAGE = 'usage: npm run parity -- [--seeds N] [--from S] [--faults ID,ID…|none|all]';
const SEEDS = '200';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}\n`);
    return 2;
  }
  const folder = new DiskFolder();
  try {
    return (await run(options, folder)) === 0 ? 0 : 1;
  } finally {
    folder.remove();
  }
}

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly ids: readonly FaultId[];
}

function readOptions(): Options | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ options: { seeds: text, from: text, faults: text } });
    const [seeds, from] = [Number(values.seeds ?? SEEDS), Number(values.from ?? '1')];
    if (!(Number.isSafeInteger(seeds) && seeds > 0 && Number.isSafeInteger(from)))
      return '--seeds and --from: expected whole numbers';
    const ids = readFaultIds(values.faults ?? 'none');
    return typeof ids === 'string' ? ids : { seeds, from, ids };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns how many differences are unexplained. */
async function run({ seeds, from, ids }: Options, folder: DiskFolder): Promise<number> {
  const startedMs = performance.now();
  const all: DriftDifference[] = [];
  const sums = { compared: 0, bars: 0, live: 0, backtest: 0, alike: 0, unexplained: 0 };
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await parity({ seed, folder, ids });
    if (!result) continue;
    sums.compared += 1;
    sums.bars += result.bars;
    sums.live += result.trades.live;
    sums.backtest += result.trades.backtest;
    sums.alike += result.alike;
    sums.unexplained += result.unexplained;
    all.push(...result.differences);
    for (const each of result.differences.filter(isUnexplained)) tell(seed, each);
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(
    `${seeds} seeds from ${from} in ${seconds} s, ${sums.compared} compared: ${sums.bars} bars, ${sums.live} trades of the daemon, ` +
      `${sums.backtest} of the backtest, ${sums.alike} alike, ${all.length} different, ${sums.unexplained} unexplained\n`,
  );
  for (const [cause, { own, following }] of causeCounts(all))
    process.stdout.write(`  ${cause}: ${own}, and ${following} that follow from one\n`);
  return sums.unexplained;
}

function isUnexplained({ findings }: DriftDifference): boolean {
  return findings.some(({ cause }) => cause === 'unexplained');
}

function tell(seed: number, { strategyId, role, bar, findings }: DriftDifference): void {
  const at = new Date(bar).toISOString();
  process.stdout.write(`seed ${seed}: ${strategyId} ${role} ${at} ${JSON.stringify(findings)}\n`);
}
