/**
 * Finds the running simulated exchange of a folder, or starts it. One that a daemon has started is kept by that daemon, or by the
 * next one that finds it running: a file in the folder names its keeper. Nobody else ends it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { patientlyRunning, runningSimulator } from './runningSimulator.ts';
import { endIfKept, keep, keeperOf } from './simulatorKeeper.ts';
import { CARD_FILE, type ProcessCard } from './simulatorProcess.ts';
import type { ProcessRequest } from './simulatorWorld.ts';

/** The exchange makes a thousand bars of history for every interval before it listens. */
const START_DEADLINE_MS = 30_000;
const POLL_MS = 50;

export interface HostedSimulator {
  readonly card: ProcessCard;
  /** Ends it, unless somebody else keeps it: whoever started it by hand, or another daemon by now. */
  stop(): Promise<void>;
}

/**
 * @param keeper name of the daemon that asks, never the same twice
 * @throws Error `SIMULATOR_FAILED` with the end of its log when it does not come up, or when another one runs there.
 */
export async function hostSimulator(
  request: ProcessRequest,
  keeper: string,
): Promise<HostedSimulator> {
  const { stateDir } = request;
  const running = await patientlyRunning(stateDir);
  const card = running ? speaking(running, request) : await startSimulator(request);
  if (!running || keeperOf(stateDir)?.pid === running.pid)
    keep(stateDir, { pid: card.pid, keeper });
  return {
    card,
    stop: async () => {
      await endIfKept(stateDir, { pid: card.pid, keeper });
    },
  };
}

/** @throws Error `SIMULATOR_FAILED` when what runs there already speaks the words of another exchange. */
function speaking(card: ProcessCard, { venue, stateDir }: ProcessRequest): ProcessCard {
  if (card.venue === venue) return card;
  const still = `the simulated exchange of ${stateDir} runs already and speaks ${card.venue}, not ${venue}`;
  throw new Error(
    `SIMULATOR_FAILED: ${still}: end it (process ${String(card.pid)}), or name another folder as exchange.simulated.state`,
  );
}

async function startSimulator(request: ProcessRequest): Promise<ProcessCard> {
  mkdirSync(request.stateDir, { recursive: true, mode: 0o700 });
  rmSync(join(request.stateDir, CARD_FILE), { force: true });
  const logFile = join(request.stateDir, 'simulator.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(
    process.execPath,
    [new URL('./simulatorProcess.js', import.meta.url).pathname],
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', PLIMSOLL_SIM_REQUEST: JSON.stringify(request) },
    },
  );
  closeSync(log);
  for (let waited = 0; waited < START_DEADLINE_MS && child.exitCode === null; waited += POLL_MS) {
    await sleep(POLL_MS);
    const card = await runningSimulator(request.stateDir);
    if (!card) continue;
    child.unref();
    return card;
  }
  child.kill('SIGKILL');
  throw new Error(
    `SIMULATOR_FAILED: the simulated exchange did not start: ${readFileSync(logFile, 'utf8').trim().slice(-500)}`,
  );
}
