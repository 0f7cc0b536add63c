import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StepOutput } from '../../../../src/core/engine/output.ts';
import { intentId, strategyId } from '../../../../src/core/domain/ids.ts';
import { main } from '../../../../src/interface/cli/main.ts';
import { FakeApp, fakeHome, type FakeBot, type FakeHome } from '../../../builders/fakeApp.ts';
import { fakeIo, until, type FakeIo, type FakeIoOptions } from '../../../builders/fakeIo.ts';
import { aFill } from '../../../builders/orders.ts';

let home: FakeHome;
let app: FakeApp;
let io: FakeIo;
let done: Promise<number> | undefined;

beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
});
afterEach(async () => {
  io.signals.emit('SIGTERM');
  await done;
  home.dispose();
});

function start(args: readonly string[] = [], options: FakeIoOptions = {}): Promise<number> {
  io = fakeIo(options);
  done = main(['start', '--foreground', '--config', home.configFile, ...args], app, io);
  return done;
}

async function bot(): Promise<FakeBot> {
  await until(() => app.log.some((entry) => entry.startsWith('start')));
  const [first] = app.bots;
  if (!first) throw new Error('no bot was opened');
  return first;
}

function fillStep(): StepOutput {
  const output = new StepOutput();
  output.fills.push({
    fill: aFill(),
    strategyId: strategyId('grid'),
    intentId: intentId('test-1'),
  });
  return output;
}

describe('start --foreground --json', () => {
  it('prints the final status document and nothing else on stdout', async () => {
    expect(await start(['--for', '20ms', '--json'])).toBe(0);
    expect(JSON.parse(io.stdout())).toMatchObject({
      schema_version: 1,
      state: 'stopped',
      mode: 'sandbox',
    });
    expect(io.stderr()).toContain('stopping: the time asked for is over');
  });

  it('prints a document also when it was stopped before there was a bot', async () => {
    home.write({ simulated: true });
    app.whenSimulatorStarts = () => {
      io.signals.emit('SIGTERM');
    };
    expect(await start(['--json'])).toBe(0);
    expect(app.bots).toEqual([]);
    expect(JSON.parse(io.stdout())).toEqual({
      schema_version: 1,
      running: false,
      state: 'stopped',
    });
  });
});

describe('start --foreground', () => {
  it('ends with exit code 0 after Ctrl-C', async () => {
    const exitCode = start();
    await bot();
    io.signals.emit('SIGINT');
    expect(await exitCode).toBe(0);
    expect(app.log).toContain('stop keep-orders 30000');
    expect(io.stderr()).toContain('stopped, 2 orders stay open\n');
  });

  it('ends with exit code 1 when the bot fails', async () => {
    const exitCode = start();
    (await bot()).fail(new Error('JOURNAL_FULL: the disk is full'));
    expect(await exitCode).toBe(1);
    expect(io.stderr()).toContain('the bot failed: JOURNAL_FULL: the disk is full');
  });

  it('ends with exit code 5 when time ran out', async () => {
    const exitCode = start();
    (await bot()).stopResult = { openOrders: 1, complete: false, markets: [] };
    io.signals.emit('SIGINT');
    expect(await exitCode).toBe(5);
  });

  it('ends with what kept it from starting', async () => {
    home.write({ failStart: 'QUEUE_UNAVAILABLE: Redis does not answer: start it' });
    expect(await start()).toBe(1);
    expect(io.stderr()).toContain('error: Redis does not answer: start it [QUEUE_UNAVAILABLE]');
  });

  it('ends with exit code 4 and says everything that is wrong in the configuration', async () => {
    const issue = { file: 'f.yaml', line: 3, column: 5, path: 'risk.x', problem: 'unknown key' };
    home.write({
      issues: [
        { ...issue, fix: 'write "risk.y"' },
        { ...issue, line: 9 },
      ],
    });
    expect(await start()).toBe(4);
    expect(io.stdout()).toBe('');
    expect(io.stderr()).toBe(
      'error: 2 things are wrong in the configuration:\n' +
        'f.yaml:3:5: risk.x: unknown key (write "risk.y")\nf.yaml:9:5: risk.x: unknown key\n',
    );
  });

  it('says what is probably not meant and goes on', async () => {
    home.write({ warnings: ['the budget is never used'] });
    expect(await start(['--for', '1ms'])).toBe(0);
    expect(io.stderr()).toContain('warning: ');
    expect(io.stderr()).toContain('the budget is never used');
  });

  it('prints one line per fill and per state without a terminal', async () => {
    const exitCode = start();
    (await bot()).step(fillStep());
    io.signals.emit('SIGTERM');
    await exitCode;
    const lines = io.stdout().trim().split('\n');
    expect(lines.filter((line) => line.includes('buy  1 BTC/USDT at 100, fee'))).toHaveLength(1);
    expect(lines.filter((line) => line.endsWith('Z  stopping: SIGTERM'))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/Z {2}stopped$/u);
    expect(io.stdout()).not.toContain('\u001b');
  });

  it('paints state, strategies and fills in place at a terminal', async () => {
    const exitCode = start([], { terminal: true });
    (await bot()).step(fillStep());
    await until(() => io.stdout().includes('FILLS'));
    io.signals.emit('SIGTERM');
    await exitCode;
    expect(io.stdout()).toContain('price inside line 7 and 8');
    expect(io.stdout()).toContain('1 BTC/USDT at 100');
    expect(io.stdout()).toMatch(new RegExp(`\u001b\\[\\d+A`, 'u'));
  });
});

describe('the gate to real money', () => {
  beforeEach(() => {
    home.write({ mode: 'live' });
  });
  const armed = () => {
    const reading = app.readConfig(home.configFile);
    return `arm ${reading.ok ? reading.config.hash.slice(0, 8) : ''}`;
  };

  it('is shut without --live', async () => {
    expect(await start([], { terminal: true })).toBe(6);
    expect(io.stderr()).toContain('needs --live');
    expect(app.bots).toEqual([]);
  });

  it('is shut without a terminal', async () => {
    expect(await start(['--live'])).toBe(6);
    expect(io.stderr()).toContain('typed at a terminal, and there is none');
    expect(app.bots).toEqual([]);
  });

  it('is shut with --no-input', async () => {
    expect(await start(['--live', '--no-input'], { terminal: true })).toBe(6);
    expect(io.stderr()).toContain('--no-input');
    expect(app.bots).toEqual([]);
  });

  it.each(['', 'yes', 'arm', 'arm 00000000'])('is shut for the words "%s"', async (words) => {
    expect(await start(['--live'], { terminal: true, answers: [words] })).toBe(6);
    expect(app.bots).toEqual([]);
  });

  it('is shut when the input has ended', async () => {
    expect(await start(['--live'], { terminal: true })).toBe(6);
  });

  it('opens for the words that name this very configuration', async () => {
    const exitCode = start(['--live', '--for', '1ms'], { terminal: true, answers: [armed()] });
    expect(await exitCode).toBe(0);
    expect(io.stderr()).toContain('REAL MONEY');
    expect(app.permissions).toEqual([{ live: true, armed: true }]);
  });

  it('refuses --live for a configuration that is not live', async () => {
    home.write({ mode: 'paper' });
    expect(await start(['--live'], { terminal: true })).toBe(6);
    expect(io.stderr()).toContain('says `mode: paper`');
  });

  it('grants nothing to other modes', async () => {
    home.write({ mode: 'sandbox' });
    await start(['--for', '1ms']);
    expect(app.permissions).toEqual([{ live: false, armed: false }]);
  });
});
