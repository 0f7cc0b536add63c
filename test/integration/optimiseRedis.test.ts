/** Searches whose trials run in other processes, which are killed; and a Redis that forgets everything. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTrialLedger } from '../../src/adapters/sqlite/trialLedger.ts';
import { setupBytes, setupFrom } from '../../src/compose/trialWire.ts';
import { openSearch } from '../../src/compose/searchPlan.ts';
import { searchPool } from '../../src/compose/searchPool.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import {
  runStudy,
  type StudyProgress,
  type StudyResult,
} from '../../src/research/optimise/study.ts';
import type { SearchRequest } from '../../src/research/optimise/request.ts';
import {
  eventually,
  redisIsInstalled,
  redisServer,
  redisSkipped,
  type RedisServer,
} from '../builders/orderQueues.ts';
import { searchFiles } from '../builders/searchFiles.ts';

const program = fileURLToPath(new URL('../../dist/bin/plimsoll.js', import.meta.url));
const TRIALS = 30;
/** They take some ten seconds each; a busy machine takes longer. */
const TIMEOUT_MS = 120_000;

let folder = '';
let request: SearchRequest;
/** Undisturbed, on threads. */
let alone: StudyResult;
let server: RedisServer | undefined;
let children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-tasks-'));
  request = { ...searchFiles(folder), trials: TRIALS, method: 'cmaes', jobs: 2 };
  alone = await study(named('alone'), {});
}, TIMEOUT_MS);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  if (redisIsInstalled) server = await redisServer();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await server?.dispose();
  server = undefined;
});

const running = (): RedisServer => {
  if (!server) throw new Error('no server');
  return server;
};

/** A worker in an empty folder. */
async function worker(): Promise<ChildProcess> {
  const cwd = mkdtempSync(join(folder, 'worker-'));
  const args = [program, 'worker', '--redis', running().url, '--jobs', '1'];
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
  });
  children.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await eventually('the worker has joined', () => said.includes('joined with 1 thread'));
  expect(readdirSync(cwd)).toEqual([]);
  return child;
}

interface Run extends StudyResult {
  readonly workers: readonly string[];
}

const named = (name: string): string => join(folder, `${name}.db`);

/** A study with that ledger. */
async function study(
  file: string,
  more: Partial<SearchRequest>,
  onProgress: (at: StudyProgress) => void = () => undefined,
): Promise<Run> {
  const asked = { ...request, ...more };
  const search = openSearch(asked);
  const ledger = openTrialLedger(file);
  const pool = await searchPool(search.setup, asked);
  try {
    const parts = { ledger, pool, clock: systemClock, onProgress, stopped: asked.stopped };
    const result = await runStudy(search.planOver(search.part), parts);
    return { ...result, workers: result.trials.map((trial) => trial.worker) };
  } finally {
    await pool.close();
    ledger.close();
  }
}

const whatCame = ({ trials }: StudyResult): unknown =>
  trials.map(({ number, params, state, metrics, returns }) => ({
    number,
    params,
    state,
    metrics,
    returns,
  }));

describe('what workers get', () => {
  it('is what was sent, on memory of its own, under the name of its content', () => {
    const { setup } = openSearch(request);
    const { name, bytes } = setupBytes(setup);
    const got = setupFrom(Uint8Array.from(bytes));
    expect(got.terms).toEqual(JSON.parse(JSON.stringify(setup.terms)));
    expect(got.columns).toEqual(setup.columns);
    expect(got.columns.close.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(name).toMatch(/^[0-9a-f]{64}$/u);
    expect(() => setupFrom(bytes.subarray(0, bytes.length - 8))).toThrow('SETUP_CORRUPT');
  });
});

describe('a search over Redis', () => {
  if (!redisIsInstalled) {
    it('is not tested here', () => {
      console.warn(redisSkipped);
      expect(redisIsInstalled).toBe(false);
    });
    return;
  }

  it(
    'comes to what one on threads comes to, with workers killed on the way: each trial once',
    async () => {
      const [first] = await Promise.all([worker(), worker()]);
      let killed = false;
      const over = await study(
        named('killed'),
        { redisUrl: running().url, jobs: 0 },
        ({ done }) => {
          if (killed || done < 4) return;
          killed = true;
          first.kill('SIGKILL');
        },
      );
      expect(whatCame(over)).toEqual(whatCame(alone));
      expect(killed).toBe(true);
      expect(over.trials.map(({ number }) => number)).toEqual([...Array(TRIALS).keys()]);
    },
    TIMEOUT_MS,
  );

  it(
    'outlives a Redis that is killed and comes back empty',
    async () => {
      let restarted: Promise<void> | undefined;
      const over = await study(
        named('restarted'),
        { redisUrl: running().url, jobs: 2 },
        ({ done }) => {
          if (done >= 5)
            restarted ??= running()
              .kill()
              .then(() => running().start());
        },
      );
      await restarted;
      expect(restarted).toBeDefined();
      expect(whatCame(over)).toEqual(whatCame(alone));
    },
    TIMEOUT_MS,
  );

  it(
    'whose master is killed is begun again and comes to the same',
    async () => {
      await worker();
      const cwd = mkdtempSync(join(folder, 'master-'));
      const { strategyFile, dataFile, space, seed } = request;
      const args = [
        program,
        'optimise',
        strategyFile,
        '--data',
        dataFile,
        '--space',
        space,
        '--trials',
        '2000',
      ];
      const more = [
        '--method',
        'cmaes',
        '--seed',
        String(seed),
        '--redis',
        running().url,
        '--jobs',
        '0',
      ];
      const master = spawn(process.execPath, [...args, ...more], { cwd, stdio: 'ignore' });
      children.push(master);
      const file = join(cwd, 'data', 'trials.db');
      const plan = openSearch(request);
      const { id } = plan.planOver(plan.part).header;
      const booked = (): number => {
        try {
          const ledger = openTrialLedger(file);
          const count = ledger.trials(id).length;
          ledger.close();
          return count;
        } catch {
          return 0;
        }
      };
      await eventually('some trials are booked', () => booked() >= 5);
      master.kill('SIGKILL');
      await once(master, 'exit');
      const before = booked();
      expect(before).toBeGreaterThanOrEqual(5);
      const trials = before + 12;
      const again = await study(file, { redisUrl: running().url, jobs: 0, trials });
      const undisturbed = await study(named('undisturbed'), { trials });
      expect(whatCame(again)).toEqual(whatCame(undisturbed));
      expect(again.run).toBeLessThanOrEqual(12);
    },
    TIMEOUT_MS,
  );
});
