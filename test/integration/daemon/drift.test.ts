/** What a daemon traded at the simulated exchange, over a restart, against its backtest: by the command, from its files. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { readBooks } from '../../builders/world.ts';

interface DriftDocument {
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  /** Absent as long as there is nothing to begin with. */
  readonly trades?: number;
  readonly backtest_trades: number;
  readonly unexplained: number;
  readonly unrecorded: readonly unknown[];
  readonly differences: readonly { readonly findings: readonly { readonly cause: string }[] }[];
}

const head = (id: string, kind: string): string =>
  `schema_version: 1\nid: ${id}\nkind: ${kind}\nsymbol: BTC/USDT\ntimeframe: 1m\nbudget: 1000 USDT\n`;
/** One that buys every minute, so that nobody waits long. */
const STRATEGIES = {
  'dca.yaml': `${head('dca', 'dca')}every: 1m\namount: 20 USDT\n`,
  'grid.yaml': `${head('grid', 'grid')}lower: -1%\nupper: +1%\nlines: 21\n`,
};
const TRADES_LEAST = 2;

let project: Project;
let drifted: { readonly exitCode: number | null; readonly document: DriftDocument };

async function drift(...args: readonly string[]): Promise<typeof drifted> {
  const { exitCode, stdout } = await project.run('drift', ...args, '--json');
  return { exitCode, document: JSON.parse(stdout) as DriftDocument };
}

/** Trades until the comparison knows of that many more trades, and stops. */
async function live(): Promise<void> {
  const before = readBooks(project)?.fills.length ?? 0;
  const daemon = await project.foreground();
  await eventually(() => (readBooks(project)?.fills.length ?? 0) >= before + TRADES_LEAST, 250);
  const known = (await drift()).document.trades ?? 0;
  await eventually(
    async () => ((await drift()).document.trades ?? 0) >= known + TRADES_LEAST,
    1000,
  );
  daemon.kill('SIGTERM');
  await daemon.ended;
}

beforeAll(async () => {
  project = new Project({ speed: 60, seed: 5, strategies: STRATEGIES });
  await live();
  await live();
  drifted = await drift();
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
    expect(document.bars).toBeGreaterThan(TRADES_LEAST);
    expect(document.trades).toBeGreaterThanOrEqual(2 * TRADES_LEAST);
    expect(document.backtest_trades).toBeGreaterThanOrEqual(2 * TRADES_LEAST);
  });

  it('takes a part of it, and explains that, too', async () => {
    const { from, to } = drifted.document;
    const [first, last] = [Date.parse(from), Date.parse(to)];
    const middle = new Date(first + Math.floor((last - first) / 120_000) * 60_000).toISOString();
    const { exitCode, document } = await drift('--to', middle);
    expect([document.unexplained, document.unrecorded, exitCode]).toEqual([0, [], 0]);
    // In between the daemon may have been down.
    expect(document.to <= middle).toBe(true);
    expect(document.bars).toBeLessThan(drifted.document.bars);
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
