import type { RequestPriority as Priority } from '../../ports/exchangeGateway.ts';
import { harden, type Traffic } from './harden.ts';
import { currentErrand } from './priority.ts';
import { pauseAskedFor } from './pauses.ts';
import { proxyAgents, proxyOf, type Proxy } from './proxyAgents.ts';
import type { ExchangeQuirks } from './quirks/quirks.ts';
import type { SendGate } from './sendGate.ts';
import type { TrafficControl } from './trafficControl.ts';
import type { CcxtClient, CcxtExchange, CcxtOptions, ExchangeClass } from './types.ts';
import { field, textOf } from './values.ts';

/**
 * Each kind of traffic has a ccxt instance of its own: connections and settings differ, and the public ones never see the
 * key. All of them pass one traffic control.
 * market: public data · orders: place and cancel · queries: everything else private · stream: the private stream.
 */
export type LaneName = 'market' | 'orders' | 'queries' | 'stream';

/** Half-open sockets are noticed after two missed pongs: 30–45 s. ccxt's default for Binance is 6–9 minutes. */
const PING_INTERVAL_MS = 15_000;

/**
 * Until the headers arrive. Below the deadlines around it, so that the better message wins. An order that waited in the traffic
 * control beyond its deadline is stopped at the send gate.
 * `priority`: of requests that do not say (see priority.ts).
 */
const LANES: Record<
  LaneName,
  { readonly timeoutMs: number; readonly priority: Priority; readonly exactNumbers: boolean }
> = {
  market: { timeoutMs: 10_000, priority: 'data', exactNumbers: false },
  orders: { timeoutMs: 8_000, priority: 'entry', exactNumbers: true },
  queries: { timeoutMs: 10_000, priority: 'query', exactNumbers: true },
  stream: { timeoutMs: 10_000, priority: 'query', exactNumbers: true },
};

export interface LaneOptions {
  readonly name: LaneName;
  readonly Base: ExchangeClass;
  readonly settings: CcxtOptions;
  readonly quirks: ExchangeQuirks | undefined;
  readonly gate: SendGate | undefined;
  readonly traffic: TrafficControl;
  readonly keepMarket: (market: unknown) => boolean;
}

type FrameHook = (client: CcxtClient, message: unknown) => boolean;

/** What ccxt's constructor is given. */
function configuration(
  name: LaneName,
  settings: CcxtOptions,
  quirks: ExchangeQuirks | undefined,
): Record<string, unknown> {
  return {
    // The feed's lane never sees the key.
    ...(name === 'market' ? {} : settings.credentials),
    // Its queue is replaced by ours (harden.ts); for websockets it stays.
    enableRateLimit: true,
    timeout: LANES[name].timeoutMs,
    // The last answer of every call would stay in memory: Binance's list of markets alone is 15 MB.
    enableLastHttpResponse: false,
    enableLastJsonResponse: false,
    enableLastResponseHeaders: false,
    streaming: { keepAlive: PING_INTERVAL_MS },
    options: {
      ...quirks?.options,
      // An order is sent once.
      maxRetriesOnFailure: 0,
      ws: {
        ...quirks?.wsOptions,
        // Our own back-off decides when to dial (supervisor.ts); ccxt's keeps a timer that outlives close().
        backoff: { base: 0, max: 0 },
        // Inflating costs 13–20 µs per message; the text is validated by JSON.parse.
        options: { perMessageDeflate: false, skipUTF8Validation: true },
      },
    },
  };
}

/** What is asked when the bytes of this request leave, as long as this errand is the one in force. */
function leaving(
  gate: SendGate | undefined,
  method: string,
  text: string,
): (() => void) | undefined {
  const errand = currentErrand();
  if (gate === undefined || errand === undefined) return undefined;
  // A cancel has no gate of its own, whatever its method.
  const as = errand.priority === 'cancel' ? 'DELETE' : method;
  return () => {
    gate.leave(as, text, errand.look);
  };
}

/** One ccxt instance with its connections. */
export class Lane {
  readonly exchange: CcxtExchange;
  readonly #traffic = new WeakMap<CcxtClient, Traffic>();
  /** Set by whoever reads the streams of this lane. */
  onFrame: FrameHook = () => false;
  /** Every symbol of the exchange while its list of markets is read. */
  onMarketListed: (symbol: string) => void = () => undefined;
  #closed = false;

  constructor({ name, Base, settings, quirks, gate, traffic, keepMarket }: LaneOptions) {
    const simulated = settings.endpoints === undefined ? undefined : quirks?.simulated;
    const Hardened = harden(simulated === undefined ? Base : simulated.refine(Base), {
      keepsEveryRow: name === 'queries',
      isClosed: () => this.#closed,
      trafficOf: (client) => {
        const traffic = { frames: 0 };
        this.#traffic.set(client, traffic);
        return traffic;
      },
      onFrame: (client, message) => this.onFrame(client, message),
      admit: (costMs) => traffic.admit(currentErrand()?.priority ?? LANES[name].priority, costMs),
      // Many exchanges take a cancel by POST, too; it may be repeated.
      onRequest: (method, text) => {
        if (currentErrand()?.priority !== 'cancel') gate?.pass(method, text);
      },
      onBytes: (method, text) => leaving(gate, method, text),
      onAnswer: (status, headers) => {
        const pause = pauseAskedFor(status, headers);
        if (pause === undefined) traffic.answered(quirks?.usedShare(headers));
        else traffic.refused(status, pause.retryAfterMs);
      },
      keepMarket: (market) => {
        this.onMarketListed(textOf(field(market, 'symbol')) ?? '');
        return keepMarket(market);
      },
      isListOf: (path) => quirks?.listPaths.has(path) ?? false,
    });
    this.exchange = new Hardened(configuration(name, settings, quirks));
    if (LANES[name].exactNumbers) this.exchange.number = String;
    if (settings.proxy !== undefined) goThrough(this.exchange, proxyOf(settings.proxy));
    if (settings.testnet === true) this.exchange.setSandboxMode(true);
    // Assigned, not passed: the constructor would merge, and the real addresses would stay beside the simulated ones.
    if (settings.endpoints !== undefined && simulated !== undefined)
      this.exchange.urls.api = simulated.urls(settings.endpoints);
  }

  /**
   * What must be awaited before the first connection: ccxt dials plain `ws://` addresses only with an agent loaded, and would load
   * its way of sending between an order's signature and its bytes.
   * @throws Error when it sends by another way than undici: nobody could be asked when an order's bytes leave.
   */
  async prepare(): Promise<void> {
    const { exchange } = this;
    await exchange.loadHttpProxyAgent();
    await exchange.loadProxyModules();
    await exchange.loadFetchImplementation();
    if (exchange.undiciModule === undefined) throw new Error('ccxt sends without undici');
  }

  /** Exchange clock minus ours; ccxt signs with `Date.now() - timeDifference`. */
  setOffset(offsetMs: number): void {
    this.exchange.options['timeDifference'] = -offsetMs;
  }

  /** Frames that arrived on a connection so far: what the silence watchdog looks at. */
  framesOf(client: CcxtClient): number {
    return this.#traffic.get(client)?.frames ?? 0;
  }

  connections(): readonly CcxtClient[] {
    return Object.values(this.exchange.clients ?? {});
  }

  /** Ends a connection at once: whoever waits on it is rejected with this error. A polite close would wait 30 s for a dead peer. */
  drop(client: CcxtClient, error: Error): void {
    client.onError(error);
    client.connection?.terminate();
  }

  dropAll(error: Error): void {
    for (const client of this.connections()) this.drop(client, error);
  }

  /** Ends all connections and requests; nothing can be started any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.dropAll(new Error('closed'));
    const pools = Object.values(this.exchange.proxyDictionaries ?? {}).filter(isPool);
    await this.exchange.fetchDispatcher?.destroy();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}

/** REST by ccxt's own means, streams by agents of ours. */
function goThrough(exchange: CcxtExchange, proxy: Proxy): void {
  exchange[proxy.isSocks ? 'socksProxy' : 'httpsProxy'] = proxy.url;
  const { plain, tls } = proxyAgents(proxy);
  exchange.httpAgent = plain;
  exchange.agent = tls;
}

function isPool(value: unknown): value is { destroy(): Promise<void> } {
  return typeof field(value, 'destroy') === 'function';
}
