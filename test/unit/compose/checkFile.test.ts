import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkFile } from '../../../src/compose/checkFile.ts';
import { readSettings } from '../../../src/compose/settings.ts';

const SIMULATED = `schema_version: 1
mode: sandbox
exchange: { simulated: { seed: 7 } }
risk: { max_total_exposure: 500 USDT }
`;
const PAPER = `schema_version: 1
mode: paper
risk: { max_total_exposure: 500 USDT }
paper: { fees: { taker: 0.3% } }
`;
const DCA = `schema_version: 1
id: dca-one
kind: dca
symbol: BTC/USDT
timeframe: 1m
budget: 400 USDT
every: 10m
amount: 50 USDT
`;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-check-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const configFile = () => join(root, 'config/plimsoll.yaml');

/** Places and words of issues and warnings, without the folder. */
async function check(name: string) {
  const found = await checkFile({
    file: join(root, name),
    configFile: configFile(),
    online: false,
  });
  const text = (problems: typeof found.issues): string[] =>
    problems.map(
      ({ file, line, path, problem }) =>
        `${file.slice(root.length + 1)}:${line} ${path}: ${problem}`,
    );
  return { what: found.what, issues: text(found.issues), warnings: text(found.warnings) };
}

describe('a check without the exchange', () => {
  it('finds what the simulated exchange would refuse, with file and line', async () => {
    write({
      'config/plimsoll.yaml': SIMULATED,
      'strategies/a.yaml': DCA.replace('50 USDT', '0.5 USDT'),
      'strategies/b.yaml': DCA.replace('dca-one', 'dca-two').replace('BTC/USDT', 'DOGE/USDT'),
    });
    const { issues } = await check('config/plimsoll.yaml');
    expect(issues).toEqual([
      'strategies/a.yaml:8 amount: strategy dca-one cannot trade: each buy is for 0.5 USDT, but BTC/USDT takes no order below 5 USDT',
      expect.stringMatching(
        /^strategies\/b.yaml:4 symbol: strategy dca-two cannot trade: .* no market DOGE\/USDT/u,
      ),
    ]);
  });

  it('finds what the limits and the fees of the configuration make senseless', async () => {
    const files = { 'config/plimsoll.yaml': PAPER };
    const big = DCA.replace('400 USDT', '900 USDT').replace('50 USDT', '600 USDT');
    write({ ...files, 'strategies/a.yaml': `${big}take_profit: 0.5%\nstop_loss: 0.1%\n` });
    expect(await check('config/plimsoll.yaml')).toMatchObject({
      issues: [
        expect.stringContaining('strategies/a.yaml:8 amount: strategy dca-one cannot trade'),
      ],
      warnings: [
        expect.stringContaining('budgets add up'),
        expect.stringContaining(
          'strategies/a.yaml:9 take_profit: 0.5 % is not above two fees (0.6 %)',
        ),
        expect.stringContaining('strategies/a.yaml:10 stop_loss: 0.1 %'),
      ],
    });
  });

  it('leaves the start of the other strategies alone, and warns', () => {
    write({
      'config/plimsoll.yaml': SIMULATED,
      'strategies/a.yaml': DCA.replace('50 USDT', '0.5 USDT'),
    });
    const reading = readSettings(configFile());
    if (!reading.ok) throw new Error('refused');
    expect(reading.config.unfit).toMatchObject([{ line: 8, path: 'amount' }]);
  });
});

describe('a strategy file that is named', () => {
  it('is checked as a strategy, with the configuration where there is one', async () => {
    write({ 'x.yaml': DCA.replace('50 USDT', '0.5 USDT') });
    expect(await check('x.yaml')).toEqual({
      what: 'strategy',
      issues: [],
      warnings: [expect.stringContaining('x.yaml:8 amount: each buy is for 0.5 USDT')],
    });
    write({ 'config/plimsoll.yaml': SIMULATED, 'strategies/good.yaml': DCA });
    expect(await check('x.yaml')).toMatchObject({
      what: 'strategy',
      issues: [expect.stringContaining('cannot trade')],
    });
    expect(await check('strategies/good.yaml')).toEqual({
      what: 'strategy',
      issues: [],
      warnings: [],
    });
  });

  it('is told from a configuration although it is wrong', async () => {
    write({ 'x.yaml': DCA.replace('1m', '7m').replace('10m', '86400') });
    const { what, issues } = await check('x.yaml');
    expect([what, issues.length]).toEqual(['strategy', 2]);
    const found = await checkFile({ file: join(root, 'x.yaml'), configFile: '', online: false });
    expect(found.issues).toMatchObject([
      { line: 5, path: 'timeframe', nearest: '5m', fix: 'write "5m"' },
      { line: 7, path: 'every', problem: expect.stringMatching(/^write "86400s" for seconds/u) },
    ]);
  });
});
