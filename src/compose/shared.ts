/** What every mode has: logger, clock, journal, queue, strategies. */
import { systemClock } from '../adapters/clock/systemClock.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import { FileRecorder } from '../adapters/recordings/fileRecorder.ts';
import { openJournal } from '../adapters/sqlite/journal.ts';
import { RESERVE_BYTES } from '../adapters/sqlite/reserve.ts';
import { kindOf } from '../core/strategies/registry.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Journal } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { MarketFeed } from '../ports/marketFeed.ts';
import type { TraderDeps } from '../runtime/parts.ts';
import { conditionsOf } from './conditions.ts';
import { loopDelay } from './loopDelay.ts';
import { aftermathOf } from './panicFile.ts';
import { openQueue } from './openQueue.ts';
import { VERSION } from './version.ts';

/** What differs between modes. */
export interface Venue {
  readonly gateway: ExchangeGateway;
  readonly feed: MarketFeed;
  /**
   * Lets a market that exists for this bot alone stand still, so that its record and ours end at the same fill; nothing
   * elsewhere.
   */
  readonly quiet: () => Promise<void>;
  /** For people: `simulated`, `binance testnet`, `paper on binance`. */
  readonly name: string;
}

/** Name under which fills and orders of this account stand in the journal: different worlds never mix. */
function exchangeName({ config }: LoadedConfig): string {
  const { id, simulated, testnet } = config.exchange;
  if (config.mode === 'paper') return `${id}-paper`;
  if (simulated) return `${id}-simulated`;
  return testnet ? `${id}-testnet` : id;
}

/**
 * Opens the books and brings them up to date; before anything reads them. A simulated world adds its name to the account's:
 * its balances have nothing to do with those of another.
 */
export function openBooks(loaded: LoadedConfig, worldId: string | undefined): Journal {
  const { account } = loaded.config.exchange;
  return openJournal(loaded.config.database, {
    exchange: exchangeName(loaded),
    account: worldId === undefined ? account : `${account}@${worldId}`,
    reserveBytes: RESERVE_BYTES,
  });
}

/** What a bot is made of, besides its configuration. */
export interface BotEquipment {
  readonly journal: Journal;
  readonly venue: Venue;
  readonly logger: Logger;
  /** Nothing is entered, and no queue is opened. */
  readonly exitsOnly: boolean;
}

export async function traderDeps(
  loaded: LoadedConfig,
  { journal, venue, logger, exitsOnly }: BotEquipment,
): Promise<TraderDeps> {
  const { config, strategies } = loaded;
  return {
    journal,
    gateway: venue.gateway,
    feed: venue.feed,
    queue: exitsOnly ? undefined : await openQueue(loaded, logger),
    exitsOnly,
    aftermath: aftermathOf(config.database),
    clock: systemClock,
    logger,
    limits: config.risk,
    strategies: strategies.map((spec) => {
      const kind = kindOf(spec.kind);
      if (!kind) throw new Error(`CONFIG_INVALID: no strategy kind is named ${spec.kind}`);
      return { spec, strategy: kind.create(spec) };
    }),
    loopDelayMs: loopDelay(),
    orderTtlMs: config.orderTtlMs,
    staleAfterMs: config.staleAfterMs,
    quietVenue: venue.quiet,
    conditions: () => conditionsOf(loaded),
    recorder: recorderOf(loaded),
  };
}

function recorderOf({ config, hash }: LoadedConfig): FileRecorder | undefined {
  const { recording, mode } = config;
  const about = { program: VERSION, mode, configHash: hash };
  return recording && new FileRecorder({ ...recording, clock: systemClock, about });
}
