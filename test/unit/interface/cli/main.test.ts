import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../../../../src/interface/cli/exitCodes.ts';
import { contextOf } from '../../../../src/interface/cli/context.ts';
import { main } from '../../../../src/interface/cli/main.ts';
import { buildProgram, COMMAND_NAMES } from '../../../../src/interface/cli/program.ts';
import { FakeApp, fakeHome, type FakeHome } from '../../../builders/fakeApp.ts';
import { fakeIo, type FakeIoOptions } from '../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;

beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
});
afterEach(() => {
  home.dispose();
});

async function plimsoll(args: readonly string[], options: FakeIoOptions = {}) {
  const io = fakeIo(options);
  const exitCode = await main(['--config', home.configFile, ...args], app, io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

describe('the command line', () => {
  it('prints the version for people and for programs', async () => {
    expect(await plimsoll(['version'])).toEqual({
      exitCode: 0,
      stdout: 'plimsoll 9.8.7\n',
      stderr: '',
    });
    expect(await plimsoll(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: 'plimsoll 9.8.7\n',
    });
    const { stdout } = await plimsoll(['version', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1, version: '9.8.7' });
  });

  it('prints help to stdout when it is asked for, and to stderr with exit code 2 when nothing is', async () => {
    const asked = await plimsoll(['--help']);
    expect([asked.exitCode, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toContain('Exit codes:');
    const nothing = await plimsoll([]);
    expect([nothing.exitCode, nothing.stdout]).toEqual([2, '']);
    expect(nothing.stderr).toContain('Usage: plimsoll');
  });

  it.each([
    ['start', '120s'],
    ['restart', '120s'],
    ['stop', '30s'],
  ])('shows the default time of %s as it would be typed', async (command, time) => {
    const { stdout } = await plimsoll([command, '--help']);
    expect(stdout.replace(/\s+/gu, ' ')).toContain(`(default: ${time})`);
  });

  it.each([
    [['statsu'], 'Did you mean status?'],
    [['status', '--jsn'], 'Did you mean --json?'],
    [['backtest', 'x.yaml'], 'say where the candles are: --data FILE'],
    [['why'], "missing required argument 'what'"],
    [['version', 'extra'], 'too many arguments'],
    [['start', '--timeout', '5'], 'Write "5s" for seconds or "5m" for minutes.'],
    [['orders', '--limit', '0'], 'Write a whole number from 1'],
    [['start', '--for', '5s'], '--for needs --foreground'],
    [['config', 'schema', 'nonsense'], 'there is a schema of config and of strategy'],
    [['stop', '--flatten', '--keep-orders'], 'exclude each other'],
  ])('refuses %j with exit code 2', async (args, words) => {
    const { exitCode, stdout, stderr } = await plimsoll(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('takes the options for all commands before and after the command', async () => {
    const io = fakeIo();
    expect(await main(['status', '--config', '/nowhere.yaml'], app, io)).toBe(4);
    expect(io.stderr()).toContain('/nowhere.yaml:1:1: the file does not exist');
  });

  it('takes the configuration from the environment when none is named', async () => {
    const io = fakeIo({ env: { PLIMSOLL_CONFIG: '/from-environment.yaml' } });
    expect(await main(['config', 'check'], app, io)).toBe(4);
    expect(io.stderr()).toContain('/from-environment.yaml');
  });

  it('shows where an error comes from only when asked', async () => {
    const args = ['backtest', 'x.yaml', '--data', 'x.csv'];
    expect((await plimsoll(args)).stderr).not.toContain('    at ');
    expect((await plimsoll([...args, '--verbose'])).stderr).toContain('    at ');
  });

  it('prints an error’s words with its code behind them', async () => {
    const { exitCode, stderr } = await plimsoll(['backtest', 'x.yaml', '--data', 'x.csv']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error: no report was prepared [BACKTEST_FAILED]\n');
  });

  it('lets nothing from outside steer the terminal', async () => {
    app.report = new Error('BACKTEST_FAILED: \u001b[2Jgone\u0007');
    const { stderr } = await plimsoll(['backtest', 'x.yaml', '--data', 'x.csv']);
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(stderr).not.toMatch(/[\u001b\u0007]/u);
  });

  const coloured = '\u001b[31merror:';
  it.each([
    ['at a terminal', { terminal: true }, [], true],
    ['not without one', {}, [], false],
    ['not with NO_COLOR', { terminal: true, env: { NO_COLOR: '1' } }, [], false],
    ['at a terminal with an empty NO_COLOR', { terminal: true, env: { NO_COLOR: '' } }, [], true],
    ['not at a dumb terminal', { terminal: true, env: { TERM: 'dumb' } }, [], false],
    ['not with --no-color', { terminal: true }, ['--no-color'], false],
  ])('uses colours %s', async (_when, options, args, expected) => {
    const { stderr } = await plimsoll(['backtest', 'x.yaml', '--data', 'x.csv', ...args], options);
    expect(stderr.includes(coloured)).toBe(expected);
  });
});

describe('a command that fails', () => {
  it.each([
    [['status'], { running: false }],
    [['stop'], { error: { code: 'NOT_RUNNING', exit_code: 3 } }],
    [['pause'], { error: { code: 'NOT_RUNNING', exit_code: 3 } }],
    [['close', 's1'], { error: { code: 'NOT_RUNNING', exit_code: 3 } }],
    [['cancel', 'x', '--yes'], { error: { code: 'NOT_RUNNING', exit_code: 3 } }],
    [['cancel', 'x'], { error: { code: 'USAGE', exit_code: 2 } }],
    [['signals'], { error: { code: 'NOT_RUNNING', exit_code: 3 } }],
    [['orders', '--limit', '0'], { error: { code: 'USAGE', exit_code: 2 } }],
    [['why', 'nothing'], { error: { code: 'USAGE', exit_code: 2 } }],
    [['nonsense'], { error: { code: 'USAGE', exit_code: 2 } }],
    [
      ['backtest', 'x.yaml', '--data', 'x.csv'],
      { error: { code: 'BACKTEST_FAILED', exit_code: 1 } },
    ],
    [['start', '--live'], { error: { code: 'REFUSED', exit_code: 6 } }],
  ])('prints one document when it is asked for JSON: %j', async (args, document) => {
    const json = await plimsoll([...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema_version: 1, ...document });
    expect(json.stderr).not.toBe('');
    const text = await plimsoll(args);
    if (!args.includes('--json')) expect([text.exitCode, text.stdout]).toEqual([json.exitCode, '']);
  });

  it('has the words and the code of the error in it', async () => {
    home.write({ issues: [{ file: 'f', line: 1, column: 2, path: 'a', problem: 'wrong' }] });
    const { stdout, exitCode } = await plimsoll(['orders', '--json']);
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining('f:1:2: a: wrong') },
    });
  });
});

describe('what is read for a command', () => {
  it('is its own file alone: each name leads to the file that has it', async () => {
    const io = fakeIo();
    const all = await buildProgram(contextOf(app, io), []);
    expect(all.commands.map((command) => command.name())).toEqual(COMMAND_NAMES);
    for (const name of COMMAND_NAMES) {
      const one = await buildProgram(contextOf(app, io), ['-c', 'start', name, 'stop']);
      expect(one.commands.map((command) => command.name())).toContain(name);
      expect(one.commands.length).toBeLessThan(3);
    }
  });
});

describe('exit codes', () => {
  it.each([
    ['CONFIG_INVALID: x', 4],
    ['SECRET_MISSING: x', 4],
    ['VAULT_LOCKED: x', 4],
    ['LIVE_REFUSED: x', 6],
    ['NOT_RUNNING: x', 3],
    ['QUEUE_TIMEOUT: x', 5],
    ['CONTROL_TIMEOUT: x', 5],
    ['QUEUE_UNAVAILABLE: x', 1],
    ['QUEUE_POLICY: x', 1],
    ['JOURNAL_MISSING: x', 2],
    ['DATA_MISSING: x', 2],
    ['ALREADY_RUNNING: x', 1],
    ['words without a code', 1],
  ])('%s ends in %d', (message, exitCode) => {
    expect(exitCodeOf(new Error(message))).toBe(exitCode);
  });

  it('covers what is not even an error', () => {
    expect(exitCodeOf('QUEUE_TIMEOUT: x')).toBe(5);
    expect(exitCodeOf(undefined)).toBe(1);
  });
});
