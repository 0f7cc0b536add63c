/** Finds the simulated exchange that runs for a folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSimulator } from './simulatorKeeper.ts';
import { CARD_FILE, type ProcessCard } from './simulatorProcess.ts';

const ANSWER_DEADLINE_MS = 2_000;
/** How long one that lives may take to answer. */
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** The exchange that answers for this folder's world, if any. */
export async function runningSimulator(stateDir: string): Promise<ProcessCard | undefined> {
  const card = cardIn(stateDir);
  if (!card) return undefined;
  try {
    const url = new URL('state', card.controlUrl);
    const answer = await fetch(url, {
      headers: { 'X-Sim-Token': card.controlToken },
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    const state = (await answer.json()) as { world_id?: unknown };
    return state.world_id === card.worldId ? card : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The exchange that runs for this folder's world, if any: also one that lives and does not answer yet, because its
 * machine is busy or it was stopped: no second one may run in the same world.
 * @throws Error `SIMULATOR_FAILED` when it never answers
 */
export async function patientlyRunning(stateDir: string): Promise<ProcessCard | undefined> {
  const sinceMs = performance.now();
  for (;;) {
    const card = await runningSimulator(stateDir);
    const pid = cardIn(stateDir)?.pid;
    if (card || pid === undefined || !isSimulator(pid)) return card;
    if (performance.now() - sinceMs > PATIENCE_MS) {
      const which = `the simulated exchange of ${stateDir} (process ${String(pid)})`;
      throw new Error(
        `SIMULATOR_FAILED: ${which} runs and does not answer: end it, or let it go on`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** What the last exchange of the folder has left; undefined when there was none. */
function cardIn(stateDir: string): ProcessCard | undefined {
  try {
    return JSON.parse(readFileSync(join(stateDir, CARD_FILE), 'utf8')) as ProcessCard;
  } catch {
    return undefined;
  }
}
