/** What a daemon traded at the simulated exchange, over a restart, against its backtest: by the command, from its files. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { readBooks } from '../../builders/world.ts';

interface DriftDocument {
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly trades: number;
  readonly backtest_trades: number;
  readonly unexplained: number;
  readonly unrecorded: readonly unknown[];
  readonly differences: readonly { readonly findings: readonly { readonly cause: string }[] }[];
}

/** In each of two lives. */
const FILLS_LEAST = 5;

let project: Project;
let drifted: { readonly exitCode: number | null; readonly document: DriftDocument };

async function trade(fills: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const daemon = await project.foreground();
  await eventually(() => (readBooks(project)?.fills.length ?? 0) >= fills, 250);
  daemon.kill(signal);
  await daemon.ended;
}

beforeAll(async () => {
  project = new Project({ speed: 480, seed: 5 });
  await trade(FILLS_LEAST, 'SIGTERM');
  await trade(2 * FILLS_LEAST, 'SIGTERM');
  const { exitCode, stdout } = await project.run('drift', '--json');
  drifted = { exitCode, document: JSON.parse(stdout) as DriftDocument };
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

describe('drift of a data folder', () => {
  it('has compared trades of both lives, and explains every difference', () => {
    const { exitCode, document } = drifted;
    expect(document.differences.flatMap(({ findings }) => findings).filter(isUnexplained)).toEqual(
      [],
    );
    expect(document.unrecorded).toEqual([]);
    expect(exitCode).toBe(0);
    expect(document.bars).toBeGreaterThan(3);
    // Those from before the first quiet moment are not among them.
    expect(document.trades).toBeGreaterThan(1);
    expect(document.backtest_trades).toBeGreaterThan(1);
  });

  it('has nothing to begin with where nothing was recorded', async () => {
    const { exitCode, stderr } = await project.run('drift', '--from', '2040-01-01');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('DRIFT_NO_BEGINNING');
  });
});

function isUnexplained({ cause }: { readonly cause: string }): boolean {
  return cause === 'unexplained';
}
