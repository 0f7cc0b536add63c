/**
 * The simulated exchange: one venue on a loopback port, over a seeded synthetic market or a replay, with play money,
 * and its control API on another port. `startSimulator` is the whole API; parsing options and processes is the caller's.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { simulatorState, simulatorSummary } from './control.ts';
import type { SimulatorState, SimulatorSummary } from './control.ts';
import { answerControl } from './controlApi.ts';
import { ControlServer } from './controlServer.ts';
import { MarketDrive } from './drive.ts';
import { Disturbances } from './faults/disturbances.ts';
import { Backlog } from './lane.ts';
import type { World } from './market/world.ts';
import { checkOptions } from './optionChecks.ts';
import type { SimulatorOptions } from './options.ts';
import { SIMULATOR_DEFAULTS } from './options.ts';
import type { RequestRecord } from './requestLog.ts';
import { RequestLog } from './requestLog.ts';
import { WorldStore } from './store.ts';
import type { WorldIdentity } from './store.ts';
import { okxUrls } from './venues/okx/urls.ts';
import type { OkxUrls } from './venues/okx/urls.ts';
import { VENUES, makeVenue } from './venues/registry.ts';
import type { Venue } from './venues/venue.ts';
import { WireServer } from './wireServer.ts';
import { credentialOf, identityOf, makeWorld } from './worldSetup.ts';

/** Wall time between two steps of the market. */
const TICK_MS = 20;
/** Wall time after which a world that no user has touched is saved anyway. */
const SAVE_EVERY_MS = 1_000;
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
  /** `http://127.0.0.1:PORT` and the same for websockets. */
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** Where a Binance venue is found. */
  readonly urls: SimulatorUrls;
  /** Where an OKX venue is found. */
  readonly okxUrls: OkxUrls;
  /** Base of the control API, with a slash at its end. */
  readonly controlUrl: string;
  readonly controlToken: string;
  /** Differs for every new world; survives restarts with the same `statePath`. */
  readonly worldId: string;
  /** The world itself, for callers in the same process. */
  readonly world: World;
  state(): SimulatorState;
  /** The latest requests, oldest first. */
  log(): readonly RequestRecord[];
  /** A few numbers, for a live summary. */
  summary(): SimulatorSummary;
  /** Stops the market, saves the world, closes every socket. */
  close(): Promise<void>;
}

/**
 * Starts the exchange and resolves when it listens.
 * @throws RecordingError for a recording that cannot be replayed; ControlError for faults that do not fit this exchange;
 * Error for a port that is taken, for options that are out of range or do not fit the stored world, and for bad amounts.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  checkOptions(options);
  const store = options.statePath === undefined ? undefined : new WorldStore(options.statePath);
  const identity = identityOf(options, store?.identity, Date.now());
  const world = makeWorld(options, identity);
  store?.attach(world);
  // The past is made before anybody asks: it takes seconds, in which nothing would be answered.
  for (const { candles } of world.markets.values()) candles.loadPast();
  const running = new RunningSimulator({ options, identity, world, store });
  await running.listen();
  options.log?.(
    `simulated exchange on port ${String(running.port)}, world ${running.worldId}, seed ${String(identity.seed)}`,
  );
  return running;
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
  readonly #control: ControlServer;
  readonly #drive: MarketDrive;
  readonly #disturbances: Disturbances;
  readonly #log = new RequestLog();
  readonly #backlog = new Backlog();
  #timer: NodeJS.Timeout | undefined;
  #port = 0;
  #controlPort = 0;
  #pendingSave: Promise<void> | undefined;
  #savedAtMs = 0;
  #tickedAtMs = performance.now();
  #isClosed = false;

  constructor(parts: {
    options: SimulatorOptions;
    identity: WorldIdentity;
    world: World;
    store: WorldStore | undefined;
  }) {
    const { options, world, store, identity } = parts;
    this.world = world;
    this.#options = options;
    this.#identity = identity;
    this.#store = store;
    this.worldId = store?.worldId ?? randomUUID();
    this.controlToken = options.controlToken ?? randomUUID();
    const name = options.venue ?? SIMULATOR_DEFAULTS.venue;
    this.#disturbances = new Disturbances({
      ...{ world, seed: identity.seed, venue: VENUES[name], log: options.log },
      latency: options.latency ?? SIMULATOR_DEFAULTS.latency,
      idOf: (orderId) => this.#venue.handmadeId(orderId),
    });
    const { conditions, latency, rules } = this.#disturbances;
    const wallNowMs = (): number => this.#disturbances.wallNowMs();
    // Before the venue, so that an order is hidden before anybody is told of it.
    world.observe({
      onOrder: (order, execution) => {
        if (execution === 'NEW') conditions.hide(order.id, latency.sample('readLag'));
        this.#saveUnasked();
      },
      onBalance: () => {
        this.#saveUnasked();
      },
    });
    const credentials = options.accounts.map(credentialOf);
    this.#venue = makeVenue(name, { world, credentials, wallNowMs, conditions });
    this.#wire = new WireServer({
      ...{ venue: this.#venue, rules, latency, wallNowMs },
      ...{ log: this.#log, backlog: this.#backlog },
      durable: () => this.#saveSoon(),
      meanwhile: (action) => {
        this.#disturbances.meanwhile(action);
      },
    });
    this.#drive = new MarketDrive({
      world,
      speed: options.speed ?? SIMULATOR_DEFAULTS.speed,
      isPaused: options.paused ?? false,
      traffic: () => ({
        connections: this.#wire.sockets.count,
        pending: this.#pending(),
        flush: () => {
          this.#flush();
        },
      }),
    });
    this.#control = this.#makeControl();
    this.#disturbances.begin(options.faults ?? {});
  }

  get port(): number {
    return this.#port;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${String(this.#port)}`;
  }

  get urls(): SimulatorUrls {
    const { httpUrl, wsUrl } = this;
    return {
      public: `${httpUrl}/api/v3`,
      private: `${httpUrl}/api/v3`,
      sapi: `${httpUrl}/sapi/v1`,
      ws: { spot: `${wsUrl}/stream/ws`, 'ws-api': { spot: `${wsUrl}/ws-api/v3` } },
    };
  }

  get okxUrls(): OkxUrls {
    return okxUrls(this.#port);
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${String(this.#controlPort)}/`;
  }

  state(): SimulatorState {
    return simulatorState(this.world, {
      worldId: this.worldId,
      venue: this.#venue.name,
      seed: this.#identity.seed,
      time: this.#drive.reading,
    });
  }

  log(): readonly RequestRecord[] {
    return this.#log.records();
  }

  summary(): SimulatorSummary {
    return simulatorSummary(this.world, {
      ...this.#drive.reading,
      requests: this.#log.count,
      connections: this.#wire.sockets.count,
      faults: this.#disturbances.rules.hits,
    });
  }

  async listen(): Promise<void> {
    this.#port = await this.#wire.listen(this.#options.port);
    try {
      this.#controlPort = await this.#control.listen(this.#options.controlPort ?? 0);
      this.#store?.claim();
      this.#save();
    } catch (error) {
      await Promise.all([this.#wire.close(), this.#control.close()]);
      throw error;
    }
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    await Promise.all([this.#wire.close(), this.#control.close()]);
    this.#trySave();
  }

  #makeControl(): ControlServer {
    const { rules, switchboard, acts } = this.#disturbances;
    const parts = {
      ...{ rules, switchboard, acts },
      log: this.#log,
      drive: this.#drive,
      state: () => this.state(),
      offer: () => {
        this.#wire.sockets.offer();
      },
      flush: () => {
        this.#flush();
      },
      pending: () => this.#pending(),
      durable: () => this.#saveSoon(),
    };
    return new ControlServer(this.controlToken, (request) => answerControl(request, parts));
  }

  /** Deliveries under way, and bytes that clients have not taken. */
  #pending(): number {
    return this.#backlog.count + this.#wire.sockets.unreadBytes;
  }

  #flush(): void {
    this.#venue.flush(performance.now(), this.#drive.paceMs);
    this.#wire.sockets.letGo();
  }

  #tick(): void {
    this.#drive.tick();
    const nowMs = performance.now();
    const { flood } = this.#options;
    if (flood !== undefined) {
      const elapsedMs = Math.min(FLOOD_STEP_MS_MAX, nowMs - this.#tickedAtMs);
      this.#venue.flood?.(flood.symbol, Math.round((flood.perSecond * elapsedMs) / 1_000));
    }
    this.#tickedAtMs = nowMs;
    this.#flush();
    if (nowMs - this.#savedAtMs >= SAVE_EVERY_MS) this.#trySave();
  }

  #trySave(): void {
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

  /** Saves what nobody waits for. */
  #saveUnasked(): void {
    this.#saveSoon().catch((error: unknown) => {
      this.#complain(error);
    });
  }

  #save(): void {
    this.#savedAtMs = performance.now();
    this.#store?.save(this.world, this.#identity);
  }
}
