// `npm start`: builds, then runs the demo in the foreground. stdout belongs to the daemon alone, below the
// name of the script, which npm writes unless it is --silent.
//
//   npm start --silent -- --for 45s --json
//
// package.json says `exec node …`: otherwise npm's signals would end the shell between npm and this script, not us.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { build, entry } from './build.mjs';

/** npm passes each signal on to its script, also where the script's whole group has received it: one press, two signals. */
const sameSignalMs = 1_000;
const signalExitBase = 128;

const status = build();
if (status === 0) run();
else process.exitCode = status;

function run() {
  const child = spawn(
    process.execPath,
    [entry, 'start', '--foreground', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  const forward = forwarder(child);
  // At a terminal Ctrl-C reaches the daemon directly, because it is in the same process group.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) forward('SIGINT');
  });
  process.on('SIGTERM', () => forward('SIGTERM'));
  // To the daemon SIGHUP means "reload"; here it means that the terminal is gone.
  process.on('SIGHUP', () => forward('SIGTERM'));

  child.on('error', (error) => {
    process.stderr.write(`plimsoll: cannot start ${entry}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? signalExitBase + (constants.signals[signal] ?? 0);
  });
}

function forwarder(child) {
  const sentAtMs = new Map();
  return (signal) => {
    const nowMs = performance.now();
    if (nowMs - (sentAtMs.get(signal) ?? -Infinity) < sameSignalMs) return;
    sentAtMs.set(signal, nowMs);
    child.kill(signal);
  };
}
