/** The world behind an exchange: a new one as the options ask for, or the stored one when they do not contradict it. */
import { createHash } from 'node:crypto';
import { inputFile } from './market/inputLog.ts';
import { describeGap } from './market/recordingGaps.ts';
import { MINUTE_MS, floorTo } from './market/timeframes.ts';
import { World } from './market/world.ts';
import type { WorldOptions } from './market/worldOptions.ts';
import { HISTORY_BARS_DEFAULT } from './market/worldOptions.ts';
import type { SimulatorAccountOptions, SimulatorOptions } from './options.ts';
import { SIMULATOR_DEFAULTS } from './options.ts';
import type { WorldIdentity } from './store.ts';
import { VENUES } from './venues/registry.ts';
import type { Credential } from './venues/venue.ts';

/** Gaps of recordings that are told one by one at the start. */
const GAPS_TOLD = 5;

/** The identity asked for, completed from the stored world or from defaults; refuses what contradicts the stored one. */
export function identityOf(
  options: SimulatorOptions,
  stored: WorldIdentity | undefined,
  wallNowMs: number,
): WorldIdentity {
  const defaults: WorldIdentity = {
    seed: SIMULATOR_DEFAULTS.seed,
    symbols: [],
    startAtMs: floorTo(wallNowMs, MINUTE_MS),
    historyBars: HISTORY_BARS_DEFAULT,
    regime: SIMULATOR_DEFAULTS.regime,
    replayFiles: [],
  };
  const asked: Partial<WorldIdentity> = {
    ...defined('seed', options.seed),
    ...defined(
      'symbols',
      options.symbols?.map(({ base, quote }) => base + quote),
    ),
    ...defined('startAtMs', options.startAtMs),
    ...defined('historyBars', options.historyBars),
    ...defined('regime', options.regime),
    ...defined('correlation', options.correlation),
    replayFiles: options.replay?.files.map(({ file }) => file) ?? [],
  };
  if (stored !== undefined) refuseDifference(asked, stored, options.statePath ?? '');
  return { ...(stored ?? defaults), ...asked };
}

/** An object with one property, or with none when there is no value. */
function defined<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<K, V>>);
}

function refuseDifference(
  asked: Partial<WorldIdentity>,
  stored: WorldIdentity,
  folder: string,
): void {
  for (const name of Object.keys(asked) as (keyof WorldIdentity)[]) {
    const before = stored[name] === undefined ? 'none' : JSON.stringify(stored[name]);
    const now = JSON.stringify(asked[name]);
    if (before === now) continue;
    throw new Error(
      `${folder}: holds a world with ${name} ${before}, asked for ${now}; use another folder, or remove this one to start a new world`,
    );
  }
}

/** The world of an identity. @throws RecordingError for a recording that cannot be replayed; Error for bad amounts. */
export function makeWorld(options: SimulatorOptions, identity: WorldIdentity): World {
  const { inputFile: file } = options;
  const world = new World({
    ...worldOptionsOf(options, identity),
    ...(file === undefined ? {} : { recordInputs: inputFile(file) }),
  });
  for (const gap of world.gaps.slice(0, GAPS_TOLD)) options.log?.(describeGap(gap));
  const untold = world.gaps.length - GAPS_TOLD;
  if (untold > 0) options.log?.(`${String(untold)} more gaps in the recordings`);
  return world;
}

/** What a world of these options is made from: what an input file needs beside it to be replayed. */
export function worldOptionsOf(options: SimulatorOptions, identity: WorldIdentity): WorldOptions {
  return {
    seed: identity.seed,
    startAtMs: identity.startAtMs,
    historyBars: identity.historyBars,
    accounts: options.accounts.map(({ apiKey, balances, feeAsset }) => ({
      id: accountIdOf(apiKey),
      balances,
      ...defined('feeAsset', feeAsset),
    })),
    ...defined('fees', options.fees),
    regime: identity.regime,
    ...defined('correlation', identity.correlation),
    filters: VENUES[options.venue ?? SIMULATOR_DEFAULTS.venue].filters,
    ...defined('symbols', options.symbols),
    ...defined('replay', options.replay),
  };
}

/** Accounts are named by a digest of their key, so that no key is ever written down. */
export function accountIdOf(apiKey: string): string {
  return `user-${createHash('sha256').update(apiKey).digest('hex').slice(0, 12)}`;
}

/** How an account signs. */
export function credentialOf(account: SimulatorAccountOptions): Credential {
  const { apiKey, secret, passphrase } = account;
  return { apiKey, secret, ...defined('passphrase', passphrase), accountId: accountIdOf(apiKey) };
}
