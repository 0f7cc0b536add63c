import { join } from 'node:path';
import type { SimulatorOptions } from '../simulator/options.ts';
import type { VenueName } from '../simulator/venues/registry.ts';

/** What the parent asks for, as JSON in PLIMSOLL_SIM_REQUEST. */
export interface ProcessRequest {
  readonly stateDir: string;
  readonly venue: VenueName;
  readonly port: number;
  readonly seed: number;
  readonly speed: number;
  readonly balances: Readonly<Record<string, string>>;
  readonly replay?: { readonly file: string; readonly symbol?: string };
  /** Market time of a new world; absent: now. */
  readonly startAtMs?: number;
  /** What the account's fees are paid in; absent: what is received. */
  readonly feeAsset?: SimulatorOptions['accounts'][number]['feeAsset'];
}

/** The key of a simulated account. */
export interface AccountKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

/** What a simulated exchange is started with, from what its parent asks for. */
export function worldOf(request: ProcessRequest, account: AccountKey): SimulatorOptions {
  const { port, venue, seed, speed, stateDir, balances, replay, startAtMs, feeAsset } = request;
  return {
    ...{ port, venue, seed, speed },
    statePath: join(stateDir, 'world'),
    accounts: [{ ...account, balances, ...(feeAsset && { feeAsset }) }],
    ...(replay && { replay: { files: [replay] } }),
    ...(startAtMs !== undefined && { startAtMs }),
  };
}
