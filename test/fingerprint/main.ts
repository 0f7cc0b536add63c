/**
 * `npm run fingerprint`: compares what strategies do over seeded bars, and at the beginning of every clean recorded file when there
 * are any, with what is on record.
 *
 *   npm run fingerprint                   compares; exit code 1 when something differs
 *   npm run fingerprint -- --whole        the whole of each recorded file besides
 *   npm run fingerprint -- --write        writes the record anew, as far as it was taken
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededBars } from './bars.ts';
import { CASES, ROOT } from './cases.ts';
import { fingerprintOf, type Fingerprint } from './fingerprint.ts';
import { cleanFiles, dataFolder, recordedFingerprint } from './recorded.ts';
import { BARS, RECORDED_ROWS, SEED, type Recorded } from './record.ts';

const SEEDED = join(ROOT, 'test/fixtures/fingerprints.json');
const RECORDED = join(ROOT, 'test/fixtures/recordedFingerprints.json');

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
  },
});
let differences = 0;

await seeded();
const folder = dataFolder();
if (folder === undefined) say('no recorded candles: set PLIMSOLL_TEST_DATA to their folder');
else await recorded(folder);
say(differences === 0 ? 'all as on record' : `${String(differences)} differ from the record`);
process.exitCode = differences === 0 || values.write ? 0 : 1;

async function seeded(): Promise<void> {
  const known = read<Record<string, Fingerprint>>(SEEDED);
  const data = { columns: seededBars(BARS, SEED), timeframe: '1m', priceDecimals: 2 } as const;
  const taken: Record<string, Fingerprint> = {};
  for (const run of CASES) {
    taken[run.name] = await fingerprintOf(run, data);
    compare(`seeded: ${run.name}`, known[run.name], taken[run.name]);
  }
  if (values.write) writeFileSync(SEEDED, `${JSON.stringify(taken, null, 2)}\n`);
}

async function recorded(from: string): Promise<void> {
  const known = read<Recorded>(RECORDED);
  const taken: Record<string, Recorded[string]> = {};
  for (const name of cleanFiles(from)) {
    const beginning = await recordedFingerprint(from, name, RECORDED_ROWS);
    compare(`${name}: beginning`, known[name]?.beginning, beginning);
    taken[name] = { beginning };
    if (!values.whole) continue;
    const whole = await recordedFingerprint(from, name, Infinity);
    compare(name, known[name]?.whole, whole);
    taken[name] = { beginning, whole };
  }
  if (values.write) writeFileSync(RECORDED, `${JSON.stringify(taken, null, 2)}\n`);
}

function read<Record extends object>(file: string): Partial<Record> {
  return JSON.parse(readFileSync(file, 'utf8')) as Partial<Record>;
}

function compare(what: string, before: unknown, now: unknown): void {
  const [old, fresh] = [before, now].map((each) => JSON.stringify(each));
  if (old === fresh) return;
  differences += 1;
  say(`${what}\n  on record ${old ?? 'nothing'}\n  now       ${fresh ?? 'nothing'}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
