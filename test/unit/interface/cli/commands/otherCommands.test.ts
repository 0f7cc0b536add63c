import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../../../src/interface/cli/main.ts';
import { dec } from '../../../../../src/core/domain/decimal.ts';
import { intentId, marketSymbol, strategyId } from '../../../../../src/core/domain/ids.ts';
import { FakeApp, fakeHome, type FakeHome } from '../../../../builders/fakeApp.ts';
import { aFill } from '../../../../builders/orders.ts';
import { fakeIo, until, type FakeIo, type FakeIoOptions } from '../../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;

beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
});
afterEach(() => {
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

describe('config', () => {
  const issue = {
    file: 'f.yaml',
    line: 3,
    column: 5,
    path: 'risk.x',
    problem: 'unknown key',
    fix: 'write "y"',
  };

  it('check says that it is good', async () => {
    const { exitCode, stdout } = await plimsoll(['config', 'check']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('is good: sandbox mode, 1 strategies, hash ');
  });

  it('check reads the file it is given', async () => {
    expect((await plimsoll(['config', 'check', '/other.yaml'])).stderr).toContain(
      '/other.yaml:1:1: the file does not exist',
    );
  });

  it('check says all that is wrong, as text and as a document', async () => {
    home.write({ issues: [issue, { ...issue, line: 7 }] });
    const text = await plimsoll(['config', 'check']);
    expect([text.exitCode, text.stdout]).toEqual([4, '']);
    expect(text.stderr).toContain('f.yaml:3:5: risk.x: unknown key (write "y")\nf.yaml:7:5');
    const document = await plimsoll(['config', 'check', '--json']);
    expect(document.exitCode).toBe(4);
    expect(JSON.parse(document.stdout)).toMatchObject({
      schema_version: 1,
      ok: false,
      issues: [issue, { line: 7 }],
    });
  });

  it('show prints what is in force and where things lie', async () => {
    const { stdout } = await plimsoll(['config', 'show']);
    expect(stdout).toContain('effective:\n  config:\n    mode: sandbox\n');
    expect(stdout).toContain(`  database: ${home.folder}/data/plimsoll.db\n`);
    const paths = await plimsoll(['config', 'show', '--paths', '--json']);
    expect(JSON.parse(paths.stdout)).toMatchObject({
      schema_version: 1,
      socket: `${home.folder}/data/plimsoll.sock`,
    });
  });

  it('schema prints the one asked for', async () => {
    expect(JSON.parse((await plimsoll(['config', 'schema'])).stdout)).toEqual({ title: 'config' });
    expect(JSON.parse((await plimsoll(['config', 'schema', 'strategy'])).stdout)).toEqual({
      title: 'strategy',
    });
  });
});

describe('replay', () => {
  const same = {
    file: '/x/a.rec',
    start: { version: 1, program: '1', mode: 'paper', configHash: 'h', startedAt: 0 } as const,
    ...{ events: 3, commands: 2, from: 0, to: 60_000, isWhole: true, tornBytes: 0 },
    difference: undefined,
  };
  const difference = {
    ...{ event: 2, at: 60_000, kind: 'candle' as const },
    ...{ recorded: '[{"kind":"cancel"}]', replayed: '[]' },
  };

  it('takes the newest recording, or what it is given', async () => {
    app.replayed = [same];
    const { exitCode, stdout } = await plimsoll(['replay']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('a.rec: identical');
    await plimsoll(['replay', 'some/folder']);
    expect(app.replays.map(({ recording }) => recording)).toEqual(['latest', 'some/folder']);
  });

  it('fails on a difference, after all recordings', async () => {
    app.replayed = [{ ...same, difference }, same];
    const text = await plimsoll(['replay']);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toMatch(
      /DIFFERS at event 2 .*[^]*then: .*cancel[^]*now: {2}no command[^]*identical/u,
    );
    const json = await plimsoll(['replay', '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema_version: 1,
      identical: false,
      recordings: [
        {
          identical: false,
          difference: { event: 2, recorded: [{ kind: 'cancel' }], replayed: [] },
        },
        { identical: true, difference: null, from: '1970-01-01T00:00:00.000Z', whole: true },
      ],
    });
  });
});

describe('drift', () => {
  const sums = {
    ...{ amount: dec('2'), value: dec('201'), fees: new Map([['USDT', dec('0.2')]]), fills: 1 },
    ...{ firstBar: 60_000, lastBar: 60_000, isUncertain: false },
  };
  const difference = {
    ...{ number: 1, strategyId: strategyId('trend'), symbol: marketSymbol('BTC/USDT') },
    ...{ role: 'buy entry', reason: 'TREND_ENTRY', bar: 60_000, live: sums, backtest: sums },
    findings: [{ cause: 'price' as const, evidence: { live: 100.5, backtest: 100 } }],
    ...{ effect: dec('-1.5'), apart: { from: 60_000, to: 60_000 } },
  };
  const nothing = { cause: 'unexplained' as const, evidence: { why: 'it stood alike' } };
  const lone = { ...difference, number: 2, live: undefined, findings: [nothing] };
  const follows = { cause: 'price' as const, evidence: { since: 0 }, follows: 1 };
  const result = {
    ...{ from: 0, to: 120_000, bars: 1_234, trades: { live: 3, backtest: 4 }, alike: 2 },
    ...{ operatorActs: 0, unexplained: 0, unrecorded: [] },
    differences: [difference, { ...lone, findings: [follows] }],
  };

  it('counts the causes and shows each difference with its own', async () => {
    app.drifted = result;
    const { exitCode, stdout } = await plimsoll(['drift', '--from', '1970-01-01']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '1,234 bars, 3 trades, 4 in the backtest; 2 came out alike, 2 did not',
    );
    expect(stdout).toContain('price: 1, 1 that follow from one (both traded, at another price)');
    expect(stdout).toMatch(/1 .* buy entry +2 @ 100.5 +2 @ 100.5 +-1.50 +price: live 100.5, back/u);
    expect(stdout).toMatch(/2 .* - +2 @ 100.5 +-1.50 +price, follows from 1/u);
    expect(app.driftQuestions.at(-1)).toMatchObject({ fromMs: 0 });
  });

  it('ends with a code of its own when something is unexplained, or is in no recording', async () => {
    app.drifted = { ...result, differences: [lone], unexplained: 1 };
    const { exitCode, stdout } = await plimsoll(['drift', '--json']);
    expect(exitCode).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schema_version: 1, unexplained: 1, bars: 1234, backtest_trades: 4 },
      differences: [
        {
          ...{ number: 1 + 1, order: 'buy entry', traded: null, effect: '-1.5' },
          backtest: { amount: '2', average_price: '100.5', fees: { USDT: '0.2' }, certain: true },
          findings: [{ cause: 'unexplained', follows: null, evidence: { why: 'it stood alike' } }],
        },
      ],
    });
    const text = await plimsoll(['drift']);
    expect(text.stdout).toContain('1 difference is unexplained');
    const fill = { strategyId: strategyId('trend'), intentId: intentId('i-1'), fill: aFill() };
    app.drifted = { ...result, unrecorded: [fill] };
    const books = await plimsoll(['drift']);
    expect(books.exitCode).toBe(7);
    expect(books.stdout).toContain('1 fill is in the books and in no recording');
  });

  it('refuses what contradicts itself, and says when there is nothing to begin with', async () => {
    const both = await plimsoll(['drift', '--data', 'x.csv', '--stored', 'binance']);
    expect(both.exitCode).toBe(2);
    const turned = await plimsoll(['drift', '--from', '2026-01-02', '--to', '2026-01-01']);
    expect(turned.exitCode).toBe(2);
    app.drifted = new Error('DRIFT_NO_BEGINNING: none');
    expect((await plimsoll(['drift'])).exitCode).toBe(2);
  });
});

describe('check', () => {
  const about = {
    ...{ strategy: 'trend', symbol: 'BTC/USDT', timeframe: '1m' as const },
    ...{ bars: 5_000, from: 0, to: 60_000 },
  };
  const clean = { cuts: 20, compared: 12_345, leaks: [] };
  const leak = {
    ...{ at: 60_000, cutAt: 60_000, withoutFuture: undefined },
    withFuture: { at: 60_000, words: 'bar · BUY', numbers: { close: 5 } },
  };
  const long = { bars: 1_001, otherWords: 0, deviation: 0.0012, number: '1 score' };
  const short = { bars: 35, otherWords: 2, deviation: Infinity, number: '1 fast' };
  const warm = {
    ...{ ...about, declared: 35, fetched: 1_001, isEnough: true, deviationMax: 0.01 },
    strategySays: { moments: [1, 2, 3], lengths: [short, long] },
  };
  const args = ['trend.yaml', '--data', 'x.csv'];

  it('look-ahead says that there is none, or where, and fails then', async () => {
    app.lookAhead = { ...about, strategySays: clean };
    const good = await plimsoll(['check', 'look-ahead', ...args]);
    expect(good.exitCode).toBe(0);
    expect(good.stdout).toContain('strategy: no look-ahead; 12,345 statements in 20 shorter');
    app.lookAhead = { ...about, strategySays: clean, signalsSay: { ...clean, leaks: [leak] } };
    const bad = await plimsoll(['check', 'look-ahead', ...args]);
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toContain('signals: LOOK-AHEAD; something else was said in 1 of 20');
    expect(bad.stdout).toContain('with what came after: bar · BUY {"close":5}');
    expect(bad.stdout).toContain('with a history that ended at 1970-01-01 00:01:00Z: nothing');
    const json = await plimsoll(['check', 'look-ahead', ...args, '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      look_ahead: true,
      strategy_says: { leaks: [] },
      signals_say: { leaks: [{ at: '1970-01-01T00:01:00.000Z', without_future: null }] },
    });
  });

  it('warm-up lists what each length changes, and fails when what is fetched is not enough', async () => {
    app.warmUp = warm;
    const good = await plimsoll(['check', 'warm-up', ...args]);
    expect(good.exitCode).toBe(0);
    expect(good.stdout).toContain(
      'with 35 bars: decision another one at 2 of 3, numbers within no bound (1 fast)',
    );
    expect(good.stdout).toContain(
      'with 1,001 bars: decision the same, numbers within 0.12% (1 score)',
    );
    expect(good.stdout).toContain('enough: with 1,001 bars');
    app.warmUp = { ...warm, isEnough: false };
    const json = await plimsoll(['check', 'warm-up', ...args, '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      enough: false,
      declared_bars: 35,
      signals_say: null,
    });
    expect((await plimsoll(['check', 'warm-up', ...args])).stdout).toContain('NOT ENOUGH');
  });

  it('hands on what part of the data, on what market, and how often', async () => {
    app.lookAhead = { ...about, strategySays: clean };
    const more = [
      '--from',
      '2024-01-01',
      '--to',
      '2024-02-01',
      '--symbol',
      'X/USDT',
      '--count',
      '7',
    ];
    await plimsoll(['check', 'look-ahead', ...args, ...more, '--market', 'm.yaml']);
    expect(app.checks[0]).toMatchObject({
      ...{ strategyFile: 'trend.yaml', dataFile: 'x.csv', count: 7, symbol: 'X/USDT' },
      ...{ fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(2024, 1, 1), marketFile: 'm.yaml' },
    });
    for (const wrong of [
      ['--count', '0'],
      ['--from', '2024-02-01', '--to', '2024-01-01'],
    ])
      expect((await plimsoll(['check', 'look-ahead', ...args, ...wrong])).exitCode).toBe(2);
  });
});

describe('sim', () => {
  it('prints how to reach it, shows how it goes and ends at Ctrl-C', async () => {
    const io = fakeIo({ terminal: true });
    const running = plimsoll(['sim'], {}, io);
    await until(() => io.stderr().includes('market time 2024-01-01 12:00:00Z   speed 60'));
    io.signals.emit('SIGINT');
    expect((await running).exitCode).toBe(0);
    expect(io.stdout()).toContain("public: 'http://127.0.0.1:1/api/v3'");
    expect(io.stdout()).toContain("curl -H 'X-Sim-Token: token' http://127.0.0.1:2/");
    expect(io.stderr()).toContain('BTCUSDT 60000.50');
    expect(io.stderr()).toContain(
      '2 connections   3 requests/s   4 open orders   5 fills   1 faults',
    );
    expect(app.log).toEqual(['simulate', 'simulate closed']);
  });

  it('ends by itself after the time asked for; remarks go to stderr', async () => {
    const { exitCode, stdout, stderr } = await plimsoll(['sim', '--for', '5ms', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      venue: 'binance',
      http_url: 'http://127.0.0.1:1',
      control_url: 'http://127.0.0.1:2/',
      control_token: 'token',
      api_key: 'key',
    });
    expect(stderr).toBe('note: a gap\n');
  });

  it('passes on all that was asked for', async () => {
    const words =
      'sim --for 1ms --venue okx --seed 7 --market a.csv BTC/USDT=b.csv --strict --speed max --latency home --faults f.yaml --port 1 --control-port 2 --state s --correlation 0.6 --fee-asset BNB/USDT=600 --balance USDT=5 BNB=1';
    const { stdout } = await plimsoll(words.split(' '));
    expect(stdout).toContain("exchange.urls.api = { rest: 'http://127.0.0.1:1'");
    expect(app.simulations).toMatchObject([
      {
        venue: 'okx',
        seed: 7,
        market: ['a.csv', 'BTC/USDT=b.csv'],
        strict: true,
        speed: 'max',
        latency: 'home',
        faults: 'f.yaml',
        port: 1,
        controlPort: 2,
        state: 's',
        correlation: 0.6,
        feeAsset: 'BNB/USDT=600',
        balance: ['USDT=5', 'BNB=1'],
      },
    ]);
  });

  it('says in its help what holds when nothing is asked for', async () => {
    const { stdout } = await plimsoll(['sim', '--help']);
    for (const fallback of Object.values(app.defaults))
      expect(stdout.replace(/\s+/gu, ' ')).toContain(`(default: ${fallback})`);
  });

  it.each([
    ['--correlation', '1.1', 'Write a number from 0 to 1.'],
    ['--seed', '-1', 'Write a whole number from 0'],
  ])('refuses %s %s', async (option, value, text) => {
    const { exitCode, stderr } = await plimsoll(['sim', option, value]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(text)]);
  });

  it('refuses a speed that is none', async () => {
    const { exitCode, stderr } = await plimsoll(['sim', '--speed', 'fast']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"max", or "paused"');
  });
});

describe('logs', () => {
  it('ends with exit code 2 when there is no log yet', async () => {
    expect((await plimsoll(['logs'])).exitCode).toBe(2);
  });
});
