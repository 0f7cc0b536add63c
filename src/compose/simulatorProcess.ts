/** The simulated exchange as a process of its own: it outlives the daemon and keeps its world in a folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startSimulator } from '../simulator/server.ts';
import type { VenueName } from '../simulator/venues/registry.ts';
import { worldOf, type AccountKey, type ProcessRequest } from './simulatorWorld.ts';

/** Left in the folder for whoever wants to reach the running exchange. */
export interface ProcessCard extends AccountKey {
  readonly pid: number;
  readonly port: number;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly worldId: string;
  readonly venue: VenueName;
}

export const CARD_FILE = 'process.json';
const KEY_FILE = 'account.json';

async function run(request: ProcessRequest): Promise<void> {
  mkdirSync(request.stateDir, { recursive: true, mode: 0o700 });
  const account = accountIn(request.stateDir);
  const simulator = await startSimulator(worldOf(request, account));
  const { port, controlUrl, controlToken, worldId } = simulator;
  write(join(request.stateDir, CARD_FILE), {
    pid: process.pid,
    port,
    controlUrl,
    controlToken,
    worldId,
    venue: request.venue,
    ...account,
  } satisfies ProcessCard);
  const end = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  // The terminal's Ctrl-C is for the daemon, which ends this process when it is through.
  process.on('SIGINT', () => undefined);
}

/** The account's key, made once per world. */
function accountIn(stateDir: string): AccountKey {
  const file = join(stateDir, KEY_FILE);
  const made = {
    apiKey: randomBytes(16).toString('hex'),
    secret: randomBytes(32).toString('hex'),
    passphrase: randomBytes(8).toString('hex'),
  };
  try {
    // Worlds of before there were passphrases have none.
    return { ...made, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<AccountKey>) };
  } catch {
    write(file, made);
    return made;
  }
}

function write(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const asked = process.env['PLIMSOLL_SIM_REQUEST'];
if (asked !== undefined) await run(JSON.parse(asked) as ProcessRequest);
