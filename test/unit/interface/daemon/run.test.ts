import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processLocks } from '../../../../src/adapters/sqlite/processLock.ts';
import type { ConfigSummary } from '../../../../src/interface/app.ts';
import type { DaemonEnd, DaemonOptions } from '../../../../src/interface/daemon/contract.ts';
import { callDaemon } from '../../../../src/interface/daemon/controlClient.ts';
import { ControlError } from '../../../../src/interface/daemon/protocol.ts';
import { runDaemon } from '../../../../src/interface/daemon/run.ts';
import { readRunPointer } from '../../../../src/interface/daemon/runPointer.ts';
import { FakeApp, fakeHome, type FakeBot, type FakeHome } from '../../../builders/fakeApp.ts';
import { until } from '../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;
let signals: EventEmitter;
let said: string[];
let exits: number[];
let ended: Promise<DaemonEnd> | undefined;

beforeEach(() => {
  home = fakeHome({ simulated: true, note: 'first' });
  app = new FakeApp();
  signals = new EventEmitter();
  said = [];
  exits = [];
});
afterEach(async () => {
  signals.emit('SIGTERM');
  await ended?.catch(() => undefined);
  ended = undefined;
  app.releaseLocks();
  home.dispose();
});

function config(): ConfigSummary {
  const reading = app.readConfig(home.configFile);
  if (!reading.ok) throw new Error('the configuration is bad');
  return reading.config;
}

function run(changes: Partial<DaemonOptions> = {}): Promise<DaemonEnd> {
  ended = runDaemon({
    app,
    config: config(),
    permission: { live: false, armed: false },
    reread: () => app.readConfig(home.configFile),
    signals,
    stopTimeoutMs: 1_000,
    exit: (code) => {
      exits.push(code);
    },
    onOutputLost: () => undefined,
    observer: {
      progress: () => undefined,
      waiting: (words) => {
        said.push(`waiting: ${words}`);
      },
      bot: () => undefined,
      ready: () => {
        said.push('ready');
      },
      stopping: (reason) => {
        said.push(`stopping: ${reason}`);
      },
      say: (level, text) => {
        said.push(`${level}: ${text}`);
      },
    },
    ...changes,
  });
  // Each test looks at the outcome itself; one that fails before must not end the test run.
  ended.catch(() => undefined);
  return ended;
}

/** Runs until it is ready. */
async function running(changes: Partial<DaemonOptions> = {}): Promise<ConfigSummary> {
  const started = config();
  void run(changes);
  await until(() => said.includes('ready'));
  return started;
}

function bot(index = 0): FakeBot {
  const found = app.bots[index];
  if (!found) throw new Error(`there is no bot ${index}`);
  return found;
}

const call = (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
  callDaemon({ socket: join(home.folder, 'data', 'plimsoll.sock'), method, params });

const failure = async (promise: Promise<unknown>): Promise<ControlError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as ControlError,
  );

describe('a daemon', () => {
  it('starts exchange and bot in order and ends them in reverse', async () => {
    const { lockFile, socket } = await running();
    expect(processLocks.owner(lockFile)?.pid).toBe(process.pid);
    signals.emit('SIGTERM');
    const end = await ended;
    expect(app.log).toEqual([
      'simulator start',
      'start first',
      'stop keep-orders 1000',
      'simulator stop',
    ]);
    expect(end?.outcome).toEqual({ openOrders: 2, complete: true, markets: [] });
    expect(end?.failure).toBeUndefined();
    expect(existsSync(socket)).toBe(false);
    // The process still runs: until it has ended nobody may take its place.
    expect(processLocks.owner(lockFile)?.pid).toBe(process.pid);
    expect(signals.eventNames()).toEqual([]);
  });

  it('refuses to run twice', async () => {
    const { lockFile } = config();
    const other = processLocks.take(lockFile);
    await expect(run()).rejects.toThrow('ALREADY_RUNNING');
    expect(app.log).toEqual([]);
    other.release();
  });

  it('stops by itself when its time is over', async () => {
    await running({ forMs: 10 });
    const end = await ended;
    expect(end?.failure).toBeUndefined();
    expect(said).toContain('stopping: the time asked for is over');
  });

  it('gives the status document as it is after the stop', async () => {
    await running();
    signals.emit('SIGINT');
    expect((await ended)?.status?.state).toBe('stopped');
  });

  it('ends the exchange again when the bot does not start, and says why', async () => {
    home.write({ simulated: true, failStart: 'QUEUE_UNAVAILABLE: no queue' });
    await expect(run()).rejects.toThrow('QUEUE_UNAVAILABLE: no queue');
    expect(app.log).toEqual(['simulator start', 'simulator stop']);
  });

  it('gives up a start that takes long, and stops in order, when it is told to stop', async () => {
    home.write({ startMs: 60_000, waitsFor: 'the exchange' });
    void run();
    await until(() => said.includes('waiting: the exchange'));
    signals.emit('SIGTERM');
    const end = await ended;
    expect(app.log).toEqual(['stop keep-orders 1000']);
    expect(end).toMatchObject({ failure: undefined, status: { running: false, state: 'stopped' } });
    expect(said).not.toContain('ready');
  });

  it('gives up a reload that takes long when it is told to stop, and goes back to nothing', async () => {
    await running();
    home.write({ simulated: true, startMs: 60_000, waitsFor: 'the exchange' });
    const reloading = failure(call('reload'));
    await until(() => said.includes('waiting: the exchange'));
    signals.emit('SIGTERM');
    expect((await reloading).code).toBe('RELOAD_FAILED');
    const end = await ended;
    expect(end?.failure).toBeUndefined();
    expect(app.bots).toHaveLength(2);
  });

  it('does not even open a bot when it is told to stop before', async () => {
    const started = run();
    signals.emit('SIGTERM');
    expect((await started).status).toBeUndefined();
    expect(app.bots).toEqual([]);
  });

  it('stops in order when the bot has failed, and hands the failure on', async () => {
    await running();
    bot().fail(new Error('JOURNAL_FULL: the disk is full'));
    const end = await ended;
    expect(end?.failure?.message).toBe('JOURNAL_FULL: the disk is full');
    expect(app.log).toContain('stop keep-orders 1000');
    expect(readFileSync(config().logFile, 'utf8')).toContain('JOURNAL_FULL');
  });

  it('stops in order after an error that nobody caught', async () => {
    await running();
    signals.emit('unhandledRejection', new Error('oops'));
    expect((await ended)?.failure?.message).toBe('oops');
    expect(app.log).toContain('stop keep-orders 1000');
  });

  it('ends at once when it is asked to stop a second time', async () => {
    await running();
    let release: () => void = () => undefined;
    bot().stopWaits = new Promise((resolve) => {
      release = resolve;
    });
    signals.emit('SIGINT');
    await until(() => {
      signals.emit('SIGINT');
      return exits.length > 0;
    });
    expect(exits[0]).toBe(130);
    release();
    await ended;
  });

  it('stops when nobody reads its output any more', async () => {
    let lose: () => void = () => undefined;
    await running({
      onOutputLost: (listener) => {
        lose = listener;
      },
    });
    lose();
    await ended;
    expect(said).toContain('stopping: nobody reads the output any more');
  });
});

describe('a daemon’s control socket', () => {
  it('gives the status and switches the bot', async () => {
    await running();
    expect(await call('status')).toMatchObject({ running: true, pid: process.pid });
    await call('pause', { reason: 'lunch' });
    expect(bot().paused).toBe('lunch');
    await call('resume', { reason: 'back' });
    expect(bot().log).toContain('resume back');
  });

  it('stops in the manner asked for and answers with what came of it', async () => {
    await running();
    expect(await call('stop', { mode: 'flatten', timeout_ms: 500 })).toEqual({
      openOrders: 2,
      complete: true,
      markets: [],
    });
    await ended;
    expect(app.log).toContain('stop flatten 500');
  });

  it('refuses a manner of stopping that it does not know', async () => {
    await running();
    expect((await failure(call('stop', { mode: 'slowly', timeout_ms: 1 }))).code).toBe(
      'CONTROL_BAD_REQUEST',
    );
    expect((await failure(call('stop', { mode: 'flatten', timeout_ms: -1 }))).code).toBe(
      'CONTROL_BAD_REQUEST',
    );
    expect((await failure(call('pause', {}))).code).toBe('CONTROL_BAD_REQUEST');
  });
});

describe('a reload', () => {
  it('goes on with the new configuration and leaves orders in place', async () => {
    await running();
    home.write({ simulated: true, note: 'second' });
    expect(await call('reload')).toEqual({
      changed: true,
      hash: config().hash,
      strategies: { added: [], changed: [], removed: [] },
      settings: ['note'],
      held: [],
      warnings: [],
    });
    expect(app.log).toEqual([
      'simulator start',
      'start first',
      'stop keep-orders 1000',
      'start second',
    ]);
    expect(await call('status')).toMatchObject({ config: { hash: config().hash } });
  });

  it('says which strategies it added, changed and removed, and warns of what a removed one holds', async () => {
    home.write({ simulated: true, strategies: { a: 'one', b: 'one', c: 'one' } });
    await running();
    const held = { strategy: 'a', symbol: 'BTC/USDT', amount: '0.5' };
    const older = { strategy: 'z', symbol: 'BTC/USDT', amount: '1' };
    home.write({
      ...{ simulated: true, strategies: { b: 'two', c: 'one', d: 'one' } },
      unmanaged: [held, older],
    });
    expect(await call('reload')).toMatchObject({
      strategies: { added: ['d'], changed: ['b'], removed: ['a'] },
      settings: [],
      held: [held],
    });
    const log = readFileSync(config().logFile, 'utf8');
    expect(log).toContain('reloaded; removed: a');
    expect(log).toContain('a was removed and holds 0.5 of BTC/USDT: nothing sells or protects it');
  });

  it('takes a strategy whose market was changed for a new one beside a removed one', async () => {
    home.write({ simulated: true, strategies: { a: 'one', b: 'one' } });
    await running();
    home.write({
      ...{ simulated: true, strategies: { a: 'two', b: 'two' } },
      symbols: { a: 'ETH/USDT' },
    });
    expect(await call('reload')).toMatchObject({
      strategies: { added: ['a'], changed: ['b'], removed: ['a@BTC-USDT'] },
    });
  });

  it('is done by itself, with the same file, when a market is traded again that was left out', async () => {
    await running();
    app.bots.at(-1)?.relist(['ETH/USDT']);
    await until(() => app.bots.length === 2 && app.log.at(-1) === 'start first');
    expect(app.log).toEqual([
      'simulator start',
      'start first',
      'stop keep-orders 1000',
      'start first',
    ]);
    expect(readFileSync(config().logFile, 'utf8')).toContain('opening anew with it: ETH/USDT');
    // Of a bot that is gone already nothing is heard any more.
    app.bots[0]?.relist(['ETH/USDT']);
    expect(await call('status')).toMatchObject({ running: true });
    expect(app.bots).toHaveLength(2);
  });

  it('does nothing when nothing has changed', async () => {
    await running();
    expect(await call('reload')).toMatchObject({ changed: false });
    expect(app.bots).toHaveLength(1);
  });

  it('changes nothing when the new configuration is bad, and says all that is wrong', async () => {
    await running();
    const issue = {
      file: 'f.yaml',
      line: 3,
      column: 5,
      path: 'risk.x',
      problem: 'unknown key',
      fix: 'risk.y',
    };
    home.write({ issues: [issue, { ...issue, line: 4 }] });
    const error = await failure(call('reload'));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.data).toEqual([issue, { ...issue, line: 4 }]);
    expect(error.message).toContain('f.yaml:3:5: risk.x: unknown key (risk.y)\nf.yaml:4:5');
    expect(app.bots).toHaveLength(1);
    expect(await call('status')).toMatchObject({ running: true });
  });

  it('by SIGHUP says what was wrong', async () => {
    await running();
    home.write({ issues: [{ file: 'f.yaml', line: 3, column: 5, path: '', problem: 'not YAML' }] });
    signals.emit('SIGHUP');
    await until(() =>
      said.some(
        (text) => text.startsWith('error: not reloaded') && text.includes('f.yaml:3:5: not YAML'),
      ),
    );
  });

  it('goes back to the old configuration when the new one does not start', async () => {
    await running();
    const { hash } = config();
    home.write({ simulated: true, failStart: 'GATEWAY_AUTH: the key is wrong' });
    const error = await failure(call('reload'));
    expect(error.message).toBe(
      'RELOAD_FAILED: GATEWAY_AUTH: the key is wrong; the old configuration is in force again',
    );
    expect(app.bots).toHaveLength(3);
    expect(bot(2).config.hash).toBe(hash);
  });

  it.each([
    ['another mode', { mode: 'paper' as const }],
    ['another data folder', { dataDir: '/elsewhere' }],
  ])('is refused for %s', async (_what, change) => {
    await running();
    home.write({ simulated: true, ...change });
    expect((await failure(call('reload'))).code).toBe('CONFIG_NEEDS_RESTART');
    expect(app.bots).toHaveLength(1);
  });

  it('is refused when what was armed was another configuration', async () => {
    await running({ permission: { live: true, armed: true } });
    home.write({ simulated: true, note: 'not armed' });
    expect((await failure(call('reload'))).code).toBe('LIVE_REFUSED');
    expect(app.bots).toHaveLength(1);
  });

  it('does not take the failure of the old bot for the new one’s', async () => {
    await running();
    home.write({ simulated: true, note: 'second' });
    await call('reload');
    bot(0).fail(new Error('late'));
    expect(await call('status')).toMatchObject({ running: true });
    expect(said.some((text) => text.includes('late'))).toBe(false);
  });
});

describe('the way from a configuration file to its daemon', () => {
  it('is there while the daemon runs', async () => {
    const { socket } = await running();
    expect(readRunPointer(home.configFile)?.socket).toBe(socket);
    signals.emit('SIGTERM');
    await ended;
    expect(readRunPointer(home.configFile)).toBeUndefined();
  });
});
