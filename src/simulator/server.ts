/**
 * The simulated exchange: a spot venue, Binance's or OKX's, on a loopback port, over a seeded synthetic market or a replay,
 * with play money. `startSimulator` is the whole API; parsing options and processes is the caller's.
 */
import { createHash, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { simulatorState } from './control.ts';
import type { SimulatorState } from './control.ts';
import { MarketClock } from './marketClock.ts';
import type { RequestRecord } from './wireServer.ts';
import { WireServer } from './wireServer.ts';
import { MINUTE_MS, floorTo } from './market/timeframes.ts';
import { World } from './market/world.ts';
import type { WorldOptions } from './market/worldOptions.ts';
import { HISTORY_BARS_DEFAULT } from './market/worldOptions.ts';
import type { SimulatorOptions } from './options.ts';
import { WorldStore } from './store.ts';
import type { WorldIdentity } from './store.ts';
import { Conditions } from './faults/conditions.ts';
import { BinanceVenue } from './venues/binance/venue.ts';
import type { OkxUrls } from './venues/okx/urls.ts';
import { okxUrls } from './venues/okx/urls.ts';
import { OkxVenue } from './venues/okx/venue.ts';
import type { Venue } from './venues/venue.ts';

/** Wall time between two steps of the market. */
const TICK_MS = 20;
/** Wall time after which a world that no user has touched is saved anyway. */
const SAVE_EVERY_MS = 1_000;
/** Market time cannot run faster than this: an hour per wall second. */
const SPEED_MAX = 3_600;
/** A flood that falls behind makes up for no more than this. */
const FLOOD_STEP_MS_MAX = 100;

/** Addresses in the shape that `exchange.urls.api` of ccxt's binance takes. */
export interface SimulatorUrls {
  readonly public: string;
  readonly private: string;
  readonly sapi: string;
  readonly ws: { readonly spot: string; readonly 'ws-api': { readonly spot: string } };
}

export interface Simulator {
  readonly port: number;
  /** Where a Binance venue is found. */
  readonly urls: SimulatorUrls;
  /** Where an OKX venue is found. */
  readonly okxUrls: OkxUrls;
  /** Base of the control endpoint: `GET state`, `GET log`, `POST barrier`, `POST pause`, `POST resume` below it. */
  readonly controlUrl: string;
  readonly controlToken: string;
  /** Differs for every new world; survives restarts with the same `statePath`. */
  readonly worldId: string;
  /** The world itself, for callers in the same process. */
  readonly world: World;
  state(): SimulatorState;
  /** The latest requests, oldest first. */
  log(): readonly RequestRecord[];
  /** Stops the market, saves the world, closes every socket. */
  close(): Promise<void>;
}

/**
 * Starts the exchange and resolves when it listens.
 * @throws RecordingError for a recording that cannot be replayed; Error for a port that is taken,
 * for options that are out of range or do not fit the stored world, and for bad amounts.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  checkNumbers(options);
  const store = options.statePath === undefined ? undefined : new WorldStore(options.statePath);
  const identity = identityOf(options, store?.identity, Date.now());
  const world = makeWorld(options, identity);
  store?.attach(world);
  const running = new RunningSimulator({ options, identity, world, store });
  await running.listen(options.port);
  options.log?.(
    `simulated exchange on port ${String(running.port)}, world ${running.worldId}, seed ${String(identity.seed)}`,
  );
  return running;
}

function checkNumbers({ seed = 0, speed = 1, historyBars = 0 }: SimulatorOptions): void {
  checkWhole('seed', seed, 0xffffffff);
  checkWhole('historyBars', historyBars, Number.MAX_SAFE_INTEGER);
  if (!(speed > 0 && speed <= SPEED_MAX)) {
    throw new Error(
      `speed ${String(speed)}: expected a number above 0, at most ${String(SPEED_MAX)}`,
    );
  }
}

function checkWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw new Error(`${name} ${String(value)}: expected a whole number from 0 to ${String(max)}`);
}

/** The identity asked for, completed from the stored world or from defaults; refuses what contradicts the stored one. */
function identityOf(
  options: SimulatorOptions,
  stored: WorldIdentity | undefined,
  wallNowMs: number,
): WorldIdentity {
  const defaults: WorldIdentity = {
    seed: 1,
    symbols: [],
    startAtMs: floorTo(wallNowMs, MINUTE_MS),
    historyBars: HISTORY_BARS_DEFAULT,
    regime: 'mixed',
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
    const before = JSON.stringify(stored[name]);
    const now = JSON.stringify(asked[name]);
    if (before === now) continue;
    throw new Error(
      `${folder}: holds a world with ${name} ${before}, asked for ${now}; use another folder, or remove this one to start a new world`,
    );
  }
}

function makeWorld(options: SimulatorOptions, identity: WorldIdentity): World {
  const worldOptions: WorldOptions = {
    seed: identity.seed,
    startAtMs: identity.startAtMs,
    historyBars: identity.historyBars,
    accounts: options.accounts.map(({ apiKey, balances }) => ({
      id: accountIdOf(apiKey),
      balances,
    })),
    ...defined('fees', options.fees),
    regime: identity.regime,
    ...defined('symbols', options.symbols),
    ...defined('replay', options.replay),
  };
  return new World(worldOptions);
}

/** Accounts are named by a digest of their key, so that no key is ever written down. */
function accountIdOf(apiKey: string): string {
  return `user-${createHash('sha256').update(apiKey).digest('hex').slice(0, 12)}`;
}

class RunningSimulator implements Simulator {
  readonly world: World;
  readonly worldId: string;
  readonly controlToken: string;
  readonly #options: SimulatorOptions;
  readonly #identity: WorldIdentity;
  readonly #store: WorldStore | undefined;
  readonly #venue: Venue;
  readonly #wire: WireServer;
  readonly #clock: MarketClock;
  #timer: NodeJS.Timeout | undefined;
  #port = 0;
  #pendingSave: Promise<void> | undefined;
  #savedAtMs = 0;
  #tickedAtMs = performance.now();
  /** Market time stands still; orders and questions are still answered. */
  #standsStill = false;
  #isClosed = false;

  constructor(parts: {
    options: SimulatorOptions;
    identity: WorldIdentity;
    world: World;
    store: WorldStore | undefined;
  }) {
    const { options, world, store } = parts;
    this.world = world;
    this.#options = options;
    this.#identity = parts.identity;
    this.#store = store;
    this.worldId = store?.worldId ?? randomUUID();
    this.controlToken = options.controlToken ?? randomUUID();
    const conditions = new Conditions(() => performance.now());
    const wallNowMs = (): number => Date.now() + conditions.clockSkewMs;
    const credentials = options.accounts.map(({ apiKey, secret, passphrase }) => ({
      apiKey,
      secret,
      ...defined('passphrase', passphrase),
      accountId: accountIdOf(apiKey),
    }));
    const venueOptions = { world, credentials, wallNowMs, conditions };
    this.#venue =
      options.venue === 'okx' ? new OkxVenue(venueOptions) : new BinanceVenue(venueOptions);
    this.#clock = new MarketClock({
      startMs: world.nowMs,
      speed: this.speed,
      monotonicMs: () => performance.now(),
    });
    this.#wire = new WireServer({
      venue: this.#venue,
      control: (route) => this.#control(route),
      controlToken: this.controlToken,
      durable: () => this.#saveSoon(),
      wallNowMs,
    });
    world.observe({
      onOrder: () => {
        this.#saveSoon().catch((error: unknown) => {
          this.#complain(error);
        });
      },
    });
  }

  get port(): number {
    return this.#port;
  }

  get speed(): number {
    return this.#options.speed ?? 1;
  }

  get urls(): SimulatorUrls {
    const http = `http://127.0.0.1:${String(this.#port)}`;
    const ws = `ws://127.0.0.1:${String(this.#port)}`;
    return {
      public: `${http}/api/v3`,
      private: `${http}/api/v3`,
      sapi: `${http}/sapi/v1`,
      ws: { spot: `${ws}/stream/ws`, 'ws-api': { spot: `${ws}/ws-api/v3` } },
    };
  }

  get okxUrls(): OkxUrls {
    return okxUrls(this.#port);
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${String(this.#port)}/sim/`;
  }

  state(): SimulatorState {
    return simulatorState(this.world, {
      worldId: this.worldId,
      seed: this.#identity.seed,
      speed: this.speed,
    });
  }

  log(): readonly RequestRecord[] {
    return this.#wire.log;
  }

  async listen(port: number): Promise<void> {
    this.#port = await this.#wire.listen(port);
    this.#save();
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#wire.close();
    this.#save();
  }

  #tick(): void {
    if (!this.#standsStill) this.world.advanceTo(this.#clock.advance());
    const nowMs = performance.now();
    const { flood } = this.#options;
    if (flood !== undefined) {
      const elapsedMs = Math.min(FLOOD_STEP_MS_MAX, nowMs - this.#tickedAtMs);
      this.#venue.flood?.(flood.symbol, Math.round((flood.perSecond * elapsedMs) / 1_000));
    }
    this.#tickedAtMs = nowMs;
    this.#venue.flush(nowMs);
    if (nowMs - this.#savedAtMs < SAVE_EVERY_MS) return;
    try {
      this.#save();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** The world could not be saved. The market goes on; changing requests are answered with an error until it can. */
  #complain(error: unknown): void {
    this.#options.log?.(
      `the world could not be saved: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  async #control(route: string): Promise<unknown> {
    switch (route) {
      case 'GET /sim/state':
        return this.state();
      case 'GET /sim/log':
        return { requests: this.#wire.log };
      case 'POST /sim/barrier':
        this.#venue.flush(performance.now());
        await this.#saveSoon();
        return { world_id: this.worldId, market_time: this.world.nowMs };
      case 'POST /sim/pause':
      case 'POST /sim/resume':
        this.#standsStill = route === 'POST /sim/pause';
        return { world_id: this.worldId, market_time: this.world.nowMs };
      default:
        return undefined;
    }
  }

  /** Saves once for everything that happens in this turn of the event loop. */
  #saveSoon(): Promise<void> {
    if (this.#store === undefined || this.#isClosed) return Promise.resolve();
    this.#pendingSave ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#pendingSave = undefined;
        try {
          this.#save();
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    return this.#pendingSave;
  }

  #save(): void {
    this.#savedAtMs = performance.now();
    this.#store?.save(this.world, this.#identity);
  }
}
