/** Which daemon ends the simulated exchange of a folder: a file in it says so. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const KEEPER_FILE = 'keeper.json';
const STOP_DEADLINE_MS = 5_000;
const POLL_MS = 50;

/** Who ends an exchange. */
export interface Keeper {
  /** The exchange's process. */
  readonly pid: number;
  /** Name of the daemon, never the same twice. */
  readonly keeper: string;
}

/** From now on this daemon ends it. */
export function keep(stateDir: string, keeper: Keeper): void {
  writeFileSync(join(stateDir, KEEPER_FILE), JSON.stringify(keeper), { mode: 0o600 });
}

/** Undefined when no daemon has started one here. */
export function keeperOf(stateDir: string): Keeper | undefined {
  try {
    return JSON.parse(readFileSync(join(stateDir, KEEPER_FILE), 'utf8')) as Keeper;
  } catch {
    return undefined;
  }
}

/** Ends the exchange if it is still this one's. */
export async function endIfKept(stateDir: string, mine: Keeper): Promise<void> {
  const kept = keeperOf(stateDir);
  if (kept?.keeper !== mine.keeper || kept.pid !== mine.pid) return;
  await stopProcess(mine.pid);
  rmSync(join(stateDir, KEEPER_FILE), { force: true });
}

/** A process id means something else in another container: only one that runs this program's exchange is ended. */
async function stopProcess(pid: number): Promise<void> {
  const alive = (): boolean => isSimulator(pid);
  if (alive()) process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < STOP_DEADLINE_MS && alive(); waited += POLL_MS)
    await sleep(POLL_MS);
}

/** Whether a simulated exchange runs under this id: an id alone may be somebody else's by now. */
export function isSimulator(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes('simulatorProcess');
  } catch (error) {
    // Without /proc there are no containers of the kind either.
    return process.platform !== 'linux' && !isGone(error);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}
