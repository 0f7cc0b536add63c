/** Commands that talk to a daemon: one runs in this process, over its real socket. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../../../src/interface/cli/main.ts';
import type { MarketFarewell } from '../../../../../src/runtime/farewell.ts';
import { runDaemon } from '../../../../../src/interface/daemon/run.ts';
import {
  FakeApp,
  fakeHome,
  READING,
  type FakeBot,
  type FakeHome,
} from '../../../../builders/fakeApp.ts';
import { fakeIo, until, type FakeIo, type FakeIoOptions } from '../../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;
let signals: EventEmitter;
let ended: Promise<unknown>;
let bot: FakeBot;

beforeEach(async () => {
  home = fakeHome();
  app = new FakeApp();
  signals = new EventEmitter();
  const reading = app.readConfig(home.configFile);
  if (!reading.ok) throw new Error('the configuration is bad');
  let ready = false;
  ended = runDaemon({
    app,
    config: reading.config,
    permission: { live: false, armed: false },
    reread: () => app.readConfig(home.configFile),
    signals,
    stopTimeoutMs: 1_000,
    exit: () => undefined,
    onOutputLost: () => undefined,
    observer: {
      progress: () => undefined,
      waiting: () => undefined,
      bot: () => undefined,
      ready: () => {
        ready = true;
      },
      stopping: () => undefined,
      say: () => undefined,
    },
  });
  await until(() => ready);
  const [opened] = app.bots;
  if (!opened) throw new Error('no bot was opened');
  bot = opened;
});
afterEach(async () => {
  signals.emit('SIGTERM');
  await ended;
  app.releaseLocks();
  home.dispose();
});

async function plimsoll(
  args: readonly string[],
  options: FakeIoOptions = {},
  io: FakeIo = fakeIo(options),
) {
  const exitCode = await main([...args, '--config', home.configFile], app, io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

describe('status', () => {
  it('prints for people and for programs', async () => {
    const people = await plimsoll(['status']);
    expect([people.exitCode, people.stderr]).toEqual([0, '']);
    expect(people.stdout).toContain('SANDBOX   running');
    const { stdout } = await plimsoll(['status', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      running: true,
      pid: process.pid,
    });
  });

  it('watches until Ctrl-C', async () => {
    const io = fakeIo({ terminal: true });
    const watching = plimsoll(['status', '--watch'], {}, io);
    await until(() => io.stdout().includes('SANDBOX'));
    io.signals.emit('SIGINT');
    expect((await watching).exitCode).toBe(130);
    expect(io.signals.eventNames()).toEqual([]);
  });

  it('ends with exit code 3 when no daemon runs, and says so in the document', async () => {
    signals.emit('SIGTERM');
    await ended;
    app.releaseLocks();
    const { exitCode, stdout, stderr } = await plimsoll(['status', '--json']);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1, running: false });
    expect(stderr).toContain('no daemon is running');
  });
});

describe('adopt', () => {
  const argv = ['adopt', 'BTC/USDT', '--amount', '0.5', '--cost', '30000', '--strategy', 's1'];

  it('shows the price a piece beside the last one, and gives only after a yes', async () => {
    const before = bot.log.length;
    const refused = await plimsoll(argv);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('60000 a piece, the last price is 61000');
    expect(bot.log).toHaveLength(before);
    const given = await plimsoll([...argv, '--yes', '--reason', 'from before']);
    expect([given.exitCode, bot.log.at(-1)]).toEqual([0, 'adopt 0.5 30000 from before']);
    expect(given.stdout).toContain('it holds 0 BTC, then 0.5');
    const row = (await plimsoll([...argv, '--yes', '--json'])).stdout;
    expect(JSON.parse(row)).toMatchObject({
      strategy: 's1',
      amount: '0.5',
      cost: '30000',
      after: '0.5',
    });
  });

  it('of a market that is not there is wrong usage, as every name that is not there', async () => {
    const { exitCode, stderr } = await plimsoll(['adopt', 'USDT', ...argv.slice(2), '--yes']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[SYMBOL_UNKNOWN]')]);
  });

  it('needs amount, cost and strategy, each as it can be', async () => {
    expect((await plimsoll(['adopt', 'BTC/USDT', '--amount', '0.5'])).exitCode).toBe(2);
    expect((await plimsoll([...argv, '--cost', '-1'])).exitCode).toBe(2);
    expect((await plimsoll([...argv, '--strategy', 's9', '--yes'])).exitCode).toBe(2);
  });
});

describe('pause and resume', () => {
  it('hand the reason on', async () => {
    expect((await plimsoll(['pause', 'out for lunch'])).exitCode).toBe(0);
    expect(bot.paused).toBe('out for lunch');
    expect((await plimsoll(['resume'])).exitCode).toBe(0);
    expect(bot.log.at(-1)).toBe('resume asked to by the operator');
    expect((await plimsoll(['resume', '--reason', 'back'])).exitCode).toBe(0);
    expect(bot.log.at(-1)).toBe('resume back');
  });

  it('take a strategy or a market, and say what still may fill and what is still in the way', async () => {
    const paused = await plimsoll(['pause', 's1', 'earnings']);
    expect(bot.log.at(-1)).toBe('pause s1: earnings');
    expect(paused.stdout).toContain('until `plimsoll resume s1`');
    expect(paused.stdout).toContain('2 buys rest at the exchange');
    expect(JSON.parse((await plimsoll(['pause', 'BTC/USDT', '--json'])).stdout)).toMatchObject({
      ...{ target: 'BTC/USDT', entries: 'off', changed: true, open_entries: 2, still_off: null },
    });
    await plimsoll(['pause', 'out for lunch']);
    const resumed = await plimsoll(['resume', 's1']);
    expect(bot.log.at(-1)).toBe('resume s1: asked to by the operator');
    expect(resumed.stdout).toContain('nothing is entered yet: out for lunch');
  });

  it('take a single word that nobody knows for a misspelt name, never for a reason', async () => {
    for (const command of ['pause', 'resume']) {
      const before = bot.log.length;
      const ran = await plimsoll([command, 's2']);
      expect(ran.exitCode).toBe(2);
      expect(ran.stderr).toContain('no strategy or market "s2"');
      expect(bot.log).toHaveLength(before);
    }
  });

  it('lets one market trade again, and adopts its balances only when asked to', async () => {
    expect((await plimsoll(['resume', 'BTC/USDT'])).exitCode).toBe(0);
    expect(bot.log.at(-1)).toBe('resume BTC/USDT asked to by the operator');
    expect((await plimsoll(['resume', 'BTC/USDT', 'deposit', '--adopt-balances'])).exitCode).toBe(
      0,
    );
    expect(bot.log.at(-1)).toBe('resume BTC/USDT deposit adopting');
    const unknown = await plimsoll(['resume', 'DOGE/USDT']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('DOGE/USDT is not traded here');
    expect((await plimsoll(['resume', '--adopt-balances'])).exitCode).toBe(2);
  });

  it('shows whose position shrinks, and does it only after a yes', async () => {
    bot.moves = [
      {
        ...{ strategy: 's1', symbol: 'BTC/USDT', base: 'BTC' },
        ...{ amount: '-0.005', before: '0.01', after: '0.005' },
      },
    ];
    const argv = ['resume', 'BTC/USDT', '--adopt-balances=newest'];
    const before = bot.log.length;
    const refused = await plimsoll(argv);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('s1 on BTC/USDT: 0.01 BTC shrinks by 0.005 to 0.005');
    expect(refused.stderr).toContain('needs --yes');
    expect(bot.log).toHaveLength(before);
    const agreed = await plimsoll([...argv, '--yes', '--json']);
    expect(agreed.exitCode).toBe(0);
    expect(bot.log.at(-1)).toBe('resume BTC/USDT asked to by the operator adopting newest 0.005');
    expect(JSON.parse(agreed.stdout)).toMatchObject({ target: 'BTC/USDT', entries: 'on' });
    expect(JSON.parse(agreed.stdout)).toMatchObject({
      adopted: { symbol: 'BTC/USDT', transfers: [], moves: [{ strategy: 's1', after: '0.005' }] },
    });
    bot.moves = [];
    const plain = await plimsoll(['resume', 'BTC/USDT', '--json']);
    expect(JSON.parse(plain.stdout)).toMatchObject({ adopted: null });
  });

  it.each([
    [['--adopt-balances', 'newest']],
    [['sold by hand', '--adopt-balances', 'newest']],
    [['--adopt-balances', 'newest', 'sold by hand']],
    [['--adopt-balances', 'newest', '--reason', 'sold by hand']],
  ])('take the rule after a space, too: %j', async (words) => {
    expect((await plimsoll(['resume', 'BTC/USDT', ...words])).exitCode).toBe(0);
    const reason = words.includes('sold by hand') ? 'sold by hand' : 'asked to by the operator';
    expect(bot.log.at(-1)).toBe(`resume BTC/USDT ${reason} adopting newest`);
  });

  it('do not take a rule that stands for itself for a reason', async () => {
    const { exitCode, stderr } = await plimsoll([
      ...['resume', 'BTC/USDT', 'newest', '--adopt-balances', '--yes'],
    ]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--adopt-balances=newest')]);
  });

  it('need a daemon', async () => {
    signals.emit('SIGTERM');
    await ended;
    app.releaseLocks();
    expect((await plimsoll(['pause'])).exitCode).toBe(3);
    expect((await plimsoll(['signals'])).exitCode).toBe(3);
    expect((await plimsoll(['reload'])).exitCode).toBe(3);
    expect((await plimsoll(['stop'])).exitCode).toBe(3);
  });
});

describe('reload', () => {
  it('says whether anything has changed', async () => {
    expect((await plimsoll(['reload'])).stdout).toBe('nothing has changed\n');
    home.write({ note: 'new' });
    expect((await plimsoll(['reload'])).stdout).toBe('reloaded\n  settings: note\n');
  });

  it('lists the strategies that came, changed and went, and warns of what one holds that went', async () => {
    home.write({
      strategies: { trend: 'one' },
      unmanaged: [{ strategy: 'grid', symbol: 'BTC/USDT', amount: '0.5' }],
    });
    const { exitCode, stdout, stderr } = await plimsoll(['reload']);
    expect([exitCode, stdout]).toEqual([0, 'reloaded\n  added: trend\n  removed: grid\n']);
    expect(stderr).toContain('warning: grid was removed and holds 0.5 of BTC/USDT');
    home.write({ strategies: { trend: 'two' } });
    expect(JSON.parse((await plimsoll(['reload', '--json'])).stdout)).toMatchObject({
      changed: true,
      strategies: { added: [], changed: ['trend'], removed: [] },
      held: [],
    });
  });

  it('says what of the new configuration is most likely not meant, as a start does', async () => {
    home.write({ note: 'odd', warnings: ['is odd'] });
    const { stderr } = await plimsoll(['reload']);
    expect(stderr).toMatch(/^warning: .*is odd/mu);
    const { stdout } = await plimsoll(['reload', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ changed: false, warnings: [{ problem: 'is odd' }] });
  });

  it('ends with exit code 4 for a bad configuration and changes nothing', async () => {
    home.write({
      issues: [{ file: 'f.yaml', line: 3, column: 5, path: 'risk.x', problem: 'unknown key' }],
    });
    const { exitCode, stderr } = await plimsoll(['reload']);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('f.yaml:3:5: risk.x: unknown key');
    expect(app.bots).toHaveLength(1);
  });

  it('ends with exit code 4 for what needs a restart', async () => {
    home.write({ mode: 'paper' });
    const { exitCode, stderr } = await plimsoll(['reload']);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('plimsoll restart');
  });
});

describe('signals', () => {
  beforeEach(() => {
    bot.readings = [{ symbol: 'BTC/USDT', timeframe: '1m', reading: READING }];
  });

  it('prints score and top reasons', async () => {
    const { stdout } = await plimsoll(['signals', 'btc/usdt']);
    expect(stdout).toContain(
      'BTC/USDT  1m         2024-01-01 00:00:00Z  -0.26   50%  ema_12_26 -0.200',
    );
  });

  it('prints documents', async () => {
    const { stdout } = await plimsoll(['signals', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      signals: [{ symbol: 'BTC/USDT', score: -0.256, contributions: [{ id: 'ema_12_26' }] }],
    });
  });

  it('ends with exit code 2 for a market without a series', async () => {
    expect((await plimsoll(['signals', 'DOGE/USDT'])).exitCode).toBe(2);
  });
});

describe('why', () => {
  it('shows the last decision of the running daemon', async () => {
    const { stdout } = await plimsoll(['why', 'grid']);
    expect(stdout).toContain(
      'grid, active: price inside line 7 and 8 [GRID_HOLD], 2024-01-01 09:31:00Z\n  line  7',
    );
  });
});

const SOLD: MarketFarewell = {
  ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', cancelled: 10, bought: '0', boughtFor: '0' },
  ...{ sold: '0.01235', soldFor: '741.123456', fees: { USDT: '0.741' }, left: '0.0000012' },
};

describe('stop --flatten', () => {
  it('sells nothing where nobody can be asked and nobody has said yes', async () => {
    const { exitCode, stdout, stderr } = await plimsoll(['stop', '--flatten']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--yes');
    expect(bot.log).not.toContain('stop flatten 30000');
  });

  it('says what was cancelled and sold, for how much, and what is still held', async () => {
    bot.stopResult = { openOrders: 0, complete: true, markets: [SOLD] };
    const stopping = plimsoll(['stop', '--flatten', '--yes']);
    await ended;
    app.releaseLocks();
    expect(await stopping).toEqual({
      exitCode: 0,
      stdout:
        'BTC/USDT: 10 orders cancelled, sold 0.01235 BTC for 741.12 USDT, still held 0.0000012 BTC\n' +
        `stopped process ${process.pid}\n`,
      stderr: '',
    });
  });

  it('says so exactly for programs', async () => {
    bot.stopResult = { openOrders: 0, complete: true, markets: [SOLD] };
    const stopping = plimsoll(['stop', '--flatten', '--yes', '--json']);
    await ended;
    app.releaseLocks();
    expect(JSON.parse((await stopping).stdout)).toMatchObject({
      complete: true,
      open_orders: 0,
      markets: [
        {
          ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', cancelled_orders: 10 },
          ...{ sold: '0.01235', sold_for: '741.123456', bought: '0', bought_for: '0' },
          ...{ fees: { USDT: '0.741' }, left: '0.0000012' },
        },
      ],
    });
  });
});

describe('stop --flatten at a terminal', () => {
  it('asks first', async () => {
    const { exitCode } = await plimsoll(['stop', '--flatten'], { terminal: true, answers: ['n'] });
    expect(exitCode).toBe(6);
    expect(bot.log).not.toContain('stop flatten 30000');
  });

  it('needs --yes when it may not ask', async () => {
    const { exitCode, stderr } = await plimsoll(['stop', '--flatten', '--no-input'], {
      terminal: true,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--yes');
  });
});

describe('logs', () => {
  it('prints the end of the log for people, and its lines as they are for programs', async () => {
    const people = await plimsoll(['logs', '-n', '1']);
    expect(people.stdout).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z INFO {2}ready: process \d+.* part=daemon\n$/u,
    );
    const { stdout } = await plimsoll(['logs', '--json', '-n', '1']);
    expect(JSON.parse(stdout)).toMatchObject({ level: 'info', part: 'daemon' });
  });

  it('follows until Ctrl-C', async () => {
    const io = fakeIo();
    const following = plimsoll(['logs', '-f', '-n', '0'], {}, io);
    await until(() => io.signals.listenerCount('SIGINT') > 0);
    home.write({ issues: [] });
    signals.emit('SIGHUP');
    await until(() => io.stdout() !== '');
    io.signals.emit('SIGINT');
    expect((await following).exitCode).toBe(130);
  });
});

describe('close', () => {
  it('asks at a terminal, says what it would do, and does nothing after a no', async () => {
    const ran = await plimsoll(['close', 's1'], { terminal: true, answers: ['n'] });
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('Cancel 3 orders and sell 0.5 BTC at the market');
    expect(bot.log).not.toContainEqual(expect.stringContaining('close'));
    const [plan] = bot.closePlan;
    if (plan) bot.closePlan = [{ ...plan, held: '0', amount: '0', worth: '0' }];
    const empty = await plimsoll(['close', 's1'], { terminal: true, answers: ['n'] });
    expect(empty.stderr).toContain('Cancel 3 orders of s1, which holds nothing to sell?');
    if (plan) bot.closePlan = [plan];
    const agreed = await plimsoll(['close', 's1'], { terminal: true, answers: ['y'] });
    expect(agreed.exitCode).toBe(0);
    expect(bot.log.at(-1)).toBe('close s1 all all asked to by the operator');
  });

  it('needs --yes where nobody can be asked, and hands its terms on exactly', async () => {
    expect((await plimsoll(['close', 's1'])).exitCode).toBe(2);
    expect((await plimsoll(['close', 's1', '--no-input'], { terminal: true })).exitCode).toBe(2);
    const terms = ['--amount', '0.123456789012345678', '--limit', '65000.5', '--reason', 'why'];
    expect((await plimsoll(['close', 's1', ...terms, '--yes'])).exitCode).toBe(0);
    expect(bot.log.at(-1)).toBe('close s1 0.123456789012345678 65000.5 why');
    for (const bad of ['0', '-1', 'x', '1e5'])
      expect((await plimsoll(['close', 's1', '--amount', bad, '--yes'])).exitCode).toBe(2);
    expect((await plimsoll(['close', 'nobody', '--yes'])).exitCode).toBe(2);
  });

  it('says what was sold, what rests, and until when nothing is entered', async () => {
    bot.closeResult = {
      market: {
        ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', cancelled: 2, bought: '0' },
        ...{ boughtFor: '0', sold: '0.2', soldFor: '12000', fees: { USDT: '12' }, left: '0.3' },
      },
      isComplete: false,
      resting: [{ order: 'i-7', strategy: 's1', amount: '0.3', limit: '65000', hasStop: false }],
      waits: [{ strategy: 's1', until: '2026-01-01T00:00:00Z' }],
    };
    const { exitCode, stdout } = await plimsoll(['close', 's1', '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('2 orders cancelled, sold 0.2 BTC');
    expect(stdout).toContain('order i-7 of s1 sells 0.3 at 65000 or better');
    expect(stdout).not.toContain('its stop');
    expect(stdout).toContain('enters nothing until 2026-01-01T00:00:00Z');
    const json = await plimsoll(['close', 's1', '--yes', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ closed: 's1', complete: false, market: { sold: '0.2', sold_for: '12000' } },
      resting: [{ order: 'i-7', limit: '65000', stop_watched: false }],
    });
  });

  it('that is not over in time ends with 5 and leaves the rest to the daemon', async () => {
    bot.closeResult = { ...bot.closeResult, isComplete: false };
    const ran = await plimsoll(['close', 's1', '--yes']);
    expect(ran.exitCode).toBe(5);
    expect(ran.stderr).toContain('the daemon goes on');
  });
});

describe('cancel', () => {
  it('asks at a terminal, needs --yes without one, and says what became of the order', async () => {
    expect((await plimsoll(['cancel', 'i-3'])).exitCode).toBe(2);
    expect((await plimsoll(['cancel', 'i-3'], { terminal: true, answers: ['no'] })).exitCode).toBe(
      6,
    );
    expect(bot.log).not.toContainEqual(expect.stringContaining('cancel'));
    const ran = await plimsoll(['cancel', 'i-3', '--yes']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('is over (CANCELLED): nothing of it was filled');
    expect(bot.log.at(-1)).toBe('cancel i-3 asked to by the operator');
  });

  it.each([
    [{ hasEnded: false }, 5, 'the cancel is on its way'],
    [{ hasEnded: false, isRefused: true, message: 'no such order' }, 1, 'no such order'],
    [{ filled: '0.1' }, 0, '0.1 of it was filled'],
  ])('%j ends with %i', async (result, exitCode, words) => {
    bot.cancelResult = result;
    const ran = await plimsoll(['cancel', 'i-3', '--yes']);
    expect([ran.exitCode, ran.stdout]).toEqual([exitCode, expect.stringContaining(words)]);
    const json = await plimsoll(['cancel', 'i-3', '--yes', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ order: 'i-3', strategy: 's1' });
  });
});
