// `npm test`: everything that must hold, step by step. Every step runs even if an earlier one failed, so that one run
// shows all that is wrong. The last line counts the tests, `N passed, N failed`; the exit code is 1 if any step failed.
//
//   npm test -- test/unit/core     passes the arguments on to Jest
//   npm test -- --fast             build, types, and the tests that start no server and no daemon
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Scripts of package.json that check something, with the headings they get. */
const checks = [
  ['build', 'Build'],
  ['typecheck', 'Type check, tests included'],
  ['lint', 'Lint and format'],
  ['arch', 'Architecture rules'],
  ['knip', 'Unused code and packages'],
  ['docs:check', 'Generated documents are current'],
];
/** What `--fast` leaves of them, and of the tests. */
const fastChecks = new Set(['build', 'typecheck']);
const fastTests = ['test/unit', 'test/contract', 'test/property'];
const slowestShown = 10;
const isFast = process.argv.includes('--fast');
const checkMsMax = 5 * 60_000;
const testsMsMax = 40 * 60_000;

const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const results = inRoot('node_modules/.cache/jest-results.json');

const failed = [
  ...checks
    .filter(([name]) => !isFast || fastChecks.has(name))
    .filter(([name, heading]) => !step(heading, checkMsMax, scripts[name]))
    .map(([name]) => name),
  ...(step('Tests', testsMsMax, scripts.jest, jestArguments()) ? [] : ['jest']),
];
for (const line of slowest()) say(line);
if (failed.length > 0) say(`\nFailed: ${failed.join(', ')}`);
say(tally());
process.exitCode = failed.length === 0 ? 0 : 1;

function jestArguments() {
  const given = process.argv.slice(2).filter((argument) => argument !== '--fast');
  return ['--json', `--outputFile=${results}`, ...(isFast ? fastTests : []), ...given];
}

/** Runs one command of package.json under a heading; true if it succeeded in time. */
function step(heading, msMax, command, args = []) {
  say(`\n━━ ${heading}`);
  rmSync(results, { force: true });
  const startedMs = performance.now();
  const { status, signal, error } = spawnSync(`${command} ${args.map(quoted).join(' ')}`, {
    cwd: inRoot(''),
    env: {
      ...process.env,
      PATH: `${inRoot('node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
    },
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: msMax,
  });
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  const outcome =
    status === 0 ? 'ok' : `FAILED (${error?.code ?? signal ?? `exit code ${status}`})`;
  say(`━━ ${heading}: ${outcome}, ${tookS} s`);
  return status === 0;
}

function quoted(argument) {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** The files that took longest, for whoever wants the suite shorter. */
function slowest() {
  let files;
  try {
    files = JSON.parse(readFileSync(results, 'utf8')).testResults;
  } catch {
    return [];
  }
  const took = files
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, slowestShown);
  const lines = took.map(
    ({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name.slice(inRoot('').length)}`,
  );
  return lines.length === 0 ? [] : ['\nSlowest files:', ...lines];
}

/** What Jest really counted; a file that could not even be loaded counts as one failed test. */
function tally() {
  let result;
  try {
    result = JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    say('Jest left no results: it did not run, or it was stopped.');
    return '0 passed, 1 failed';
  }
  const failures = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests + result.numTodoTests;
  return `${result.numPassedTests} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
