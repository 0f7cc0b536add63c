/** The ledger of trials on a real disk: what is booked stays, whoever is killed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openTrialLedger } from '../../src/adapters/sqlite/trialLedger.ts';
import type { BookedTrial } from '../../src/ports/trialLedger.ts';
import { header } from '../builders/trials.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trials-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const trial = (number: number, more: Partial<BookedTrial> = {}): BookedTrial => ({
  ...{ number, params: { a: number, b: '5%', c: true }, key: `key-${String(number)}`, share: 1 },
  ...{ state: 'done', problem: '', metrics: { sharpe: number / 10, calmar: null }, seconds: 0.25 },
  ...{ returns: [0.01, -0.02, 1 / 3], worker: 'thread 1', at: 1_700_000_000_000, ...more },
});

describe('the ledger of trials', () => {
  it('gives back what was booked, to the last bit, after it was closed', () => {
    const file = join(folder, 'new', 'trials.db');
    const first = openTrialLedger(file);
    first.openStudy(header('one'), 1);
    expect([trial(1), trial(0)].map((each) => first.book('one', each))).toEqual([true, true]);
    first.close();
    const second = openTrialLedger(file);
    expect(second.trials('one')).toEqual([trial(0), trial(1)]);
    expect(second.find('key-1')).toEqual(trial(1));
    expect(second.find('key-9')).toBeUndefined();
    second.close();
  });

  it('has each trial once, and neither changes nor forgets one', () => {
    const file = join(folder, 'once.db');
    const ledger = openTrialLedger(file);
    ledger.openStudy(header('one'), 1);
    ledger.openStudy({ ...header('one'), method: 'other' }, 2);
    expect(ledger.book('one', trial(0))).toBe(true);
    expect(ledger.book('one', trial(0, { worker: 'another' }))).toBe(false);
    expect(ledger.trials('one')).toEqual([trial(0)]);
    expect(() => ledger.book('nowhere', trial(0))).toThrow();
    ledger.close();
    const db = new Database(file);
    expect(() => db.exec('DELETE FROM trials')).toThrow('never forgotten');
    expect(() => db.exec("UPDATE trials SET worker = 'me'")).toThrow('never changed');
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
  });

  it('counts different trials of a family that were run, whatever study asked for them', () => {
    const ledger = openTrialLedger(join(folder, 'count.db'));
    for (const id of ['one', 'two']) ledger.openStudy(header(id), 1);
    ledger.openStudy(header('three', 'other'), 1);
    ledger.book('one', trial(0));
    ledger.book('one', trial(1, { state: 'refused', problem: 'no' }));
    ledger.book('one', trial(2, { share: 1 / 3 }));
    ledger.book('two', trial(7, { key: 'key-0', metrics: { sharpe: 0 } }));
    ledger.book('two', trial(3));
    ledger.book('three', trial(4));
    expect(ledger.tried('family')).toBe(3);
    expect(ledger.sharpes('family')).toEqual([0, 0.3]);
    expect(ledger.tried('other')).toBe(1);
    ledger.close();
  });

  it('refuses what is something else, and what is newer', () => {
    const foreign = join(folder, 'foreign.db');
    const db = new Database(foreign);
    db.exec('CREATE TABLE t (a)');
    db.close();
    expect(() => openTrialLedger(foreign)).toThrow('LEDGER_FOREIGN');
    const text = join(folder, 'text.db');
    writeFileSync(text, 'not a database, but long enough to be read as one'.repeat(20));
    expect(() => openTrialLedger(text)).toThrow('LEDGER_UNUSABLE');
    const newer = join(folder, 'newer.db');
    openTrialLedger(newer).close();
    const later = new Database(newer);
    later.pragma('user_version = 99');
    later.close();
    expect(() => openTrialLedger(newer)).toThrow('LEDGER_NEWER');
  });

  it('keeps everything it said it had booked when its process is killed', async () => {
    const file = join(folder, 'killed.db');
    const ledgerModule = new URL('../../dist/src/adapters/sqlite/trialLedger.js', import.meta.url);
    const program = `
      const { openTrialLedger } = await import(${JSON.stringify(ledgerModule.href)});
      const ledger = openTrialLedger(${JSON.stringify(file)});
      ledger.openStudy(${JSON.stringify(header('one'))}, 1);
      const base = ${JSON.stringify(trial(0))};
      for (let number = 0; ; number += 1) {
        ledger.book('one', { ...base, number, key: 'key-' + number });
        process.stdout.write(number + '\\n');
        await new Promise((resolve) => setImmediate(resolve));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    let said = '';
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('20\n')) child.kill('SIGKILL');
    });
    await ended;
    const last = Number(said.trimEnd().split('\n').at(-1));
    expect(last).toBeGreaterThanOrEqual(20);
    const ledger = openTrialLedger(file);
    const numbers = ledger.trials('one').map(({ number }) => number);
    expect(numbers.slice(0, last + 1)).toEqual([...Array(last + 1).keys()]);
    ledger.close();
  });
});
