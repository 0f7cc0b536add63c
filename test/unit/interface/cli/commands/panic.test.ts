/** `plimsoll panic`: what it asks, whom it asks, and what it says. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  startControlServer,
  type ControlServer,
} from '../../../../../src/interface/daemon/controlServer.ts';
import { main } from '../../../../../src/interface/cli/main.ts';
import type { ConfigSummary } from '../../../../../src/interface/app.ts';
import type { HeldLock } from '../../../../../src/ports/processLock.ts';
import { FakeApp, fakeHome, type FakeHome } from '../../../../builders/fakeApp.ts';
import { fakeIo, type FakeIoOptions } from '../../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;
let config: ConfigSummary;
const asked: unknown[] = [];
let server: ControlServer | undefined;
let lock: HeldLock | undefined;

beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
  asked.length = 0;
  const reading = app.readConfig(home.configFile);
  if (!reading.ok) throw new Error('the configuration is bad');
  ({ config } = reading);
});
afterEach(async () => {
  await server?.close();
  lock?.release();
  server = undefined;
  lock = undefined;
  home.dispose();
});

/** A daemon that answers a panic so, holding its lock. */
async function daemon(
  answer: (params: unknown) => unknown,
  pulse = (): unknown => ({}),
): Promise<void> {
  lock = app.locks.take(config.lockFile);
  const panic = (params: unknown): unknown => {
    asked.push(params);
    return answer(params);
  };
  const stop = (): unknown => {
    lock?.release();
    return null;
  };
  server = await startControlServer({ socket: config.socket, methods: { panic, pulse, stop } });
}

async function plimsoll(args: readonly string[], options: FakeIoOptions = {}) {
  const io = fakeIo(options);
  const exitCode = await main(['panic', ...args, '--config', home.configFile], app, io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

const DONE = { isComplete: true, openOrders: 0, markets: [] };
const TERMINAL = { terminal: true } as const;

describe('what panic asks', () => {
  it('where nobody can be asked: it needs --yes and one of --sell and --keep, else 2', async () => {
    for (const args of [[], ['--sell'], ['--keep'], ['--yes'], ['--sell', '--keep', '--yes']])
      expect((await plimsoll(args)).exitCode).toBe(2);
    expect((await plimsoll(['--sell', '--no-input'], TERMINAL)).exitCode).toBe(2);
    expect(app.panics).toEqual([]);
  });

  it.each([
    [['--sell'], 'y', 'sell'],
    [['--keep'], 'yes', 'keep'],
    [[], 'sell', 'sell'],
    [[], 'keep', 'keep'],
  ])('at a terminal: %j and "%s" is %s', async (args, answer, mode) => {
    expect((await plimsoll(args, { ...TERMINAL, answers: [answer] })).exitCode).toBe(0);
    expect(app.panics).toMatchObject([{ mode }]);
  });

  it.each([
    [['--sell'], 'n'],
    [[], 'y'],
    [[], ''],
  ])('%j and "%s" is a no: 6', async (args, answer) => {
    expect((await plimsoll(args, { ...TERMINAL, answers: [answer] })).exitCode).toBe(6);
    expect(app.panics).toEqual([]);
  });
});

describe('panic with a daemon', () => {
  it('has it done there, and prints what it came to', async () => {
    const market = { symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', cancelled: 2, sold: '0.5' };
    const rest = { soldFor: '30000', bought: '0', boughtFor: '0', fees: {}, left: '0' };
    await daemon(() => ({ ...DONE, markets: [{ ...market, ...rest }] }));
    const { exitCode, stdout } = await plimsoll(['--sell', '--yes']);
    expect(exitCode).toBe(0);
    expect(asked).toEqual([{ mode: 'sell', reason: 'panic', wait_ms: 120_000 }]);
    expect(stdout).toContain('BTC/USDT: 2 orders cancelled, sold 0.5 BTC for');
    expect(stdout).toContain('goes on without entries until `plimsoll resume`');
    const json = await plimsoll(['--keep', '--yes', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ panicked: 'keep', way: 'daemon', pid: process.pid, complete: true, open_orders: 0 },
      markets: [{ cancelled_orders: 2, sold: '0.5', sold_for: '30000' }],
    });
    expect(app.panics).toEqual([]);
  });

  it('ends with 5 when not everything is done', async () => {
    await daemon(() => ({ ...DONE, isComplete: false, openOrders: 1 }));
    const { exitCode, stdout, stderr } = await plimsoll(['--keep', '--yes']);
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('may be repeated')]);
    expect(stdout).toContain('1 order stays open');
  });

  it('that is silent: says how to go on, and does nothing itself', async () => {
    lock = app.locks.take(config.lockFile);
    const { exitCode, stderr } = await plimsoll(['--sell', '--yes']);
    expect([exitCode, app.panics]).toEqual([5, []]);
    expect(stderr).toContain('`plimsoll panic --sell --offline` ends it and does it without');
  });

  it('that is starting: it is ended, and done from here', async () => {
    await daemon(() => {
      throw new Error('NOT_READY: the bot is starting');
    });
    expect((await plimsoll(['--sell', '--yes'])).exitCode).toBe(0);
    expect(app.panics).toMatchObject([{ mode: 'sell', everyOrder: false, timeoutMs: 120_000 }]);
  });

  it('that answers with an error of another kind: that is the answer', async () => {
    await daemon(() => {
      throw new Error('BACKLOG_FULL: too much');
    });
    expect(await plimsoll(['--sell', '--yes'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('BACKLOG_FULL'),
    });
    expect(app.panics).toEqual([]);
  });
});

describe('panic without a daemon', () => {
  it('is done here, under the lock, which is free afterwards', async () => {
    const { exitCode, stdout, stderr } = await plimsoll(['--sell', '--yes', '--every-order']);
    expect([exitCode, stderr]).toEqual([0, 'opening the books …\n']);
    expect(stdout).toBe(
      'nothing was open, and nothing is held\nentries stay off, also after a start, until `plimsoll resume`\n',
    );
    expect(app.panics).toMatchObject([{ mode: 'sell', everyOrder: true }]);
    expect(app.locks.owner(config.lockFile)).toBeUndefined();
  });

  it('past the books: says why, what was not done, where it is written, and how to go on', async () => {
    const past = { way: 'exchange', why: 'JOURNAL_CORRUPT: rubbish', file: 'a/b.panic' } as const;
    app.panicked = { ...DONE, ...past, problems: ['order 7 of BTC/USDT is not ours'] };
    const { stdout } = await plimsoll(['--sell', '--yes']);
    for (const words of [
      'not done: order 7 of BTC/USDT is not ours',
      'nothing of this is in the books: JOURNAL_CORRUPT: rubbish',
      'it is written down in a/b.panic',
      'plimsoll resume SYMBOL --adopt-balances',
    ])
      expect(stdout).toContain(words);
    const { stdout: json } = await plimsoll(['--sell', '--yes', '--json']);
    expect(JSON.parse(json)).toMatchObject({ ...past, problems: app.panicked.problems, pid: null });
  });

  it('--offline ends whoever holds the lock first, and does nothing when that cannot be done', async () => {
    lock = app.locks.take(config.lockFile);
    const signals: unknown[] = [];
    const held = lock;
    Object.assign(app.locks, {
      signal: (owner: unknown, signal: unknown) => {
        signals.push([owner, signal]);
        held.release();
        return true;
      },
    });
    expect((await plimsoll(['--sell', '--yes', '--offline'])).exitCode).toBe(0);
    expect(signals).toEqual([[held.owner, 'SIGKILL']]);
    expect(app.panics).toHaveLength(1);
    lock = app.locks.take(config.lockFile);
    Object.assign(app.locks, { signal: () => false });
    const { exitCode, stderr } = await plimsoll(['--sell', '--yes', '--offline']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('cannot be ended from here')]);
    expect(app.panics).toHaveLength(1);
  });
});
