import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../../../src/interface/cli/main.ts';
import type {
  OptimiseReport,
  WalkForwardReport,
} from '../../../../../src/research/optimise/report.ts';
import { FakeApp, fakeHome, type FakeHome } from '../../../../builders/fakeApp.ts';
import { fakeIo, until } from '../../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;
beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
});
afterEach(() => {
  home.dispose();
});

async function plimsoll(...args: string[]) {
  const io = fakeIo({ env: { REDIS_URL: 'redis://from-env' } });
  const exitCode = await main([...args, '--config', home.configFile], app, io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

const verdict = {
  level: 'chance',
  words: 'Not distinguishable from chance.',
  reasons: ['because'],
} as const;
const about = {
  ...{ strategy: 's', kind: 'trend', data: 'd.csv', method: 'tpe', seed: 1, study: 'abc' },
  ...{
    objectives: ['sharpe', 'max_drawdown'],
    constraints: ['trades>=20'],
    ledger: 'data/trials.db',
  },
  ...{ from: '2024-01-01T00:00:00.000Z', to: '2024-02-01T00:00:00.000Z' },
};
const metrics = { sharpe: 1.234, max_drawdown: 0.1, return: 0.05, trades: 30 };
const best = { number: 7, params: { ema_fast: 9 }, worth: 1.234, metrics };
const statistics = {
  ...{ tried: 40, observations: 31, sharpe: 1.2, expected_by_chance: 0.9 },
  ...{ probabilistic_sharpe: 0.99999, deflated_sharpe: 0.5, minimum_track_record: 200.2 },
  ...{ overfitting: null, against_holding: null, trade_order: null, drawn_returns: null },
};
const optimised: OptimiseReport = {
  verdict,
  ...about,
  ...{
    complete: true,
    trials: { booked: 40, done: 38, refused: 1, failed: 1 },
    trials_per_second: 2.5,
  },
  ...{ best, front: [best], statistics },
  sensitivity: [{ what: 'fees × 2', worth: 1, sharpe: 1, return: 0.04, max_drawdown: 0.11 }],
  influences: [{ parameter: 'ema_fast', share: 0.5 }],
  files: { strategy: 'data/optimise/s.yaml', landscape: 'data/optimise/s.html' },
};
const figures = { worth: 1, sharpe: 2, return: 0.1, max_drawdown: 0.1, trades: 9 };
const walked: WalkForwardReport = {
  verdict,
  ...about,
  complete: true,
  windows: [
    {
      ...{ train: [about.from, about.to], test: [about.from, about.to], params: { ema_fast: 9 } },
      ...{ in_sample: figures, out_of_sample: { ...figures, sharpe: -0.5 } },
    },
  ],
  gap: { in_sample: 2, out_of_sample: -0.5, lost: 2.5 },
  stability: [{ parameter: 'ema_fast', values: [9, 12, null], kept: 0.25 }],
  ...{ metrics: null, curve: [1.01, 0.99], statistics },
};

const DATA = ['--data', 'd.csv', '--space', 's.yaml'];

describe('optimise', () => {
  it('begins with the verdict and says what it was come to', async () => {
    app.optimised = optimised;
    const { exitCode, stdout } = await plimsoll('optimise', 't.yaml', ...DATA);
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual(['Not distinguishable from chance.', '  - because']);
    for (const words of [
      "40 trials booked: 38 run, 1 refused by the strategy's own rules, 1 failed; 2.5 a second",
      'best: trial 7',
      'nobody beats these 1 in everything',
      'ema_fast=9',
      'fees × 2',
      '############............ 50.0% ema_fast',
      'best strategy: data/optimise/s.yaml',
    ])
      expect(stdout).toContain(words);
    expect(stdout).toMatch(/only trial\s+99\.9%/u);
    expect(stdout).toMatch(/are needed at 95%\s+31, 201/u);
  });

  it('asks for what was typed', async () => {
    app.optimised = optimised;
    await plimsoll(
      ...['optimise', 't.yaml', ...DATA, '--trials', '30', '--method', 'cmaes', '--seed', '5'],
      ...['--objective', 'sharpe=0.7,calmar=0.3', '--objective', 'max_drawdown', '--jobs', '3'],
      ...['--constraint', 'trades>=20', '--from', '2024-01-01', '--out', 'best.yaml'],
    );
    expect(app.searches).toEqual([
      expect.objectContaining({
        ...{ strategyFile: 't.yaml', dataFile: 'd.csv', space: 's.yaml', trials: 30, seed: 5 },
        ...{ method: 'cmaes', jobs: 3, constraints: ['trades>=20'], out: 'best.yaml' },
        objectives: ['sharpe=0.7,calmar=0.3', 'max_drawdown'],
        fromMs: Date.UTC(2024, 0, 1),
      }),
    ]);
  });

  it('ends with a code of its own when it was stopped, and with failure when nothing was found', async () => {
    app.optimised = { ...optimised, complete: false };
    const cut = await plimsoll('optimise', 't.yaml', ...DATA);
    expect(cut.exitCode).toBe(130);
    expect(cut.stdout).toContain('the same command goes on with it');
    app.optimised = { ...optimised, best: null, verdict: null, files: null, statistics: null };
    const none = await plimsoll('optimise', 't.yaml', ...DATA);
    expect(none.exitCode).toBe(1);
    expect(none.stdout).toContain('There is nothing to judge.');
  });

  it('is a document with --json', async () => {
    app.optimised = optimised;
    const { stdout } = await plimsoll('optimise', 't.yaml', ...DATA, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1, verdict, best: { number: 7 } });
  });

  it.each([
    [['--trials', '0'], 'from 1 to'],
    [['--method', 'luck'], 'Allowed choices are tpe'],
    [['--symbol', 'BTC'], 'Write a market'],
    [['--from', '2024-02-01', '--to', '2024-01-01'], '--from must be before --to'],
  ])('refuses %j', async (more, words) => {
    const { exitCode, stderr } = await plimsoll('optimise', 't.yaml', ...DATA, ...more);
    expect([exitCode, app.searches]).toEqual([2, []]);
    expect(stderr).toContain(words);
  });
});

describe('with --redis', () => {
  it('searches run there, on nobody here if so wished', async () => {
    app.optimised = optimised;
    await plimsoll('optimise', 't.yaml', ...DATA, '--redis', 'redis://x', '--jobs', '0');
    await plimsoll('optimise', 't.yaml', ...DATA, '--redis');
    expect(app.searches).toMatchObject([
      { redisUrl: 'redis://x', jobs: 0 },
      { redisUrl: 'redis://from-env' },
    ]);
    const alone = await plimsoll('optimise', 't.yaml', ...DATA, '--jobs', '0');
    expect([alone.exitCode, alone.stderr.includes('leaves nobody to work')]).toEqual([2, true]);
  });

  it('a worker joins, says what is wrong, and leaves at Ctrl-C with what it has done', async () => {
    const io = fakeIo({});
    const working = main(['worker', '--redis', 'redis://x', '--jobs', '3'], app, io);
    await until(() => io.stderr().includes('Ctrl-C'));
    io.signals.emit('SIGINT');
    expect(await working).toBe(0);
    expect(app.joined).toMatchObject([{ url: 'redis://x', threads: 3 }]);
    expect(io.stderr()).toBe(
      'Redis is away\njoined with 3 threads; Ctrl-C leaves\nleft after 7 trials\n',
    );
    const none = await main(['worker', '--redis'], app, fakeIo({}));
    expect(none).toBe(2);
  });
});

describe('walk-forward', () => {
  const lengths = ['--train', '365d', '--test', '90d'];

  it('shows each window, the gap and what parameters did', async () => {
    app.walked = walked;
    const { exitCode, stdout } = await plimsoll('walk-forward', 't.yaml', ...DATA, ...lengths);
    expect(exitCode).toBe(0);
    expect(stdout.startsWith('Not distinguishable from chance.')).toBe(true);
    expect(stdout).toMatch(/2024-01-01 … 2024-02-01\s+2\.00\s+-0\.50/u);
    expect(stdout).toContain('on what came after -0.50: 2.50 lost');
    expect(stdout).toMatch(/ema_fast\s+25%\s+9 → 12 → -/u);
  });

  it('asks for its lengths, longer than any timer', async () => {
    app.walked = walked;
    const more = ['--purge', '2d', '--embargo', '12h', '--expanding'];
    await plimsoll('walk-forward', 't.yaml', ...DATA, ...lengths, ...more);
    const day = 86_400_000;
    expect(app.searches[0]).toMatchObject({
      ...{ trainMs: 365 * day, testMs: 90 * day, purgeMs: 2 * day, embargoMs: day / 2 },
      expanding: true,
    });
  });

  it('refuses lengths of nothing', async () => {
    const { exitCode } = await plimsoll(
      'walk-forward',
      't.yaml',
      ...DATA,
      '--train',
      '0d',
      '--test',
      '1d',
    );
    expect(exitCode).toBe(2);
  });
});
