// `npm test`: everything that must hold, step by step. Every step runs even if an earlier one failed, so that one run
// shows all that is wrong. The last line counts the tests, `N passed, N failed`; the exit code is 1 if any step failed.
//
//   npm test -- test/unit/core     passes the arguments on to Jest
//   npm test -- --fast             build, types, and the tests that start no server and no daemon
//   npm test -- --again            runs an integration test that failed once more, alone, and names it: those race real
//                                  processes and clocks, which a busy machine may lose; to fail twice is to fail
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
/** More failed files than these are no accident. */
const againMax = 4;
const isFast = process.argv.includes('--fast');
const isAgain = process.argv.includes('--again');
const checkMsMax = 5 * 60_000;
const testsMsMax = 40 * 60_000;

const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const results = inRoot('node_modules/.cache/jest-results.json');
const againResults = inRoot('node_modules/.cache/jest-results-again.json');

rmSync(results, { force: true });
const failed = [
  ...checks
    .filter(([name]) => !isFast || fastChecks.has(name))
    .filter(([name, heading]) => !step(heading, checkMsMax, scripts[name]))
    .map(([name]) => name),
  ...(step('Tests', testsMsMax, scripts.jest, jestArguments(results)) ? [] : ['jest']),
];
for (const line of slowest()) say(line);
const unsteady = failed.at(-1) === 'jest' && isAgain ? passedAgain() : [];
if (unsteady.length > 0) failed.pop();
for (const name of unsteady) say(`\nUnsteady: ${name} failed among the others and passed alone.`);
if (failed.length > 0) say(`\nFailed: ${failed.join(', ')}`);
say(tally());
process.exitCode = failed.length === 0 ? 0 : 1;

function jestArguments(file) {
  const own = new Set(['--fast', '--again']);
  const given = process.argv.slice(2).filter((argument) => !own.has(argument));
  return ['--json', `--outputFile=${file}`, ...(isFast ? fastTests : []), ...given];
}

/** The failed files, when they are few integration tests that all pass alone; else none. */
function passedAgain() {
  const names = readResults(results)
    ?.testResults.filter(({ status }) => status === 'failed')
    .map(({ name }) => name.slice(inRoot('').length));
  if (!names || names.length === 0 || names.length > againMax) return [];
  if (names.some((name) => !name.startsWith('test/integration/'))) return [];
  const alone = ['--runInBand', '--json', `--outputFile=${againResults}`, ...names];
  return step('Failed tests once more', testsMsMax, scripts.jest, alone) ? names : [];
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Runs one command of package.json under a heading; true if it succeeded in time. */
function step(heading, msMax, command, args = []) {
  say(`\n━━ ${heading}`);
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
  const files = readResults(results)?.testResults ?? [];
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

/** What Jest really counted; a file that could not even be loaded counts as one failed test. Those that passed alone passed. */
function tally() {
  const result = readResults(results);
  if (!result) {
    say('Jest left no results: it did not run, or it was stopped.');
    return '0 passed, 1 failed';
  }
  const failures = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests + result.numTodoTests;
  const [passed, left] =
    unsteady.length === 0
      ? [result.numPassedTests, failures]
      : [result.numPassedTests + result.numFailedTests, 0];
  return `${passed} passed, ${left} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
