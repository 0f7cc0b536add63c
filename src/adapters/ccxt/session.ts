import { withDeadline } from './deadline.ts';
import { gatewayFailed } from './errors.ts';
import { Lane } from './lane.ts';
import type { LaneName } from './lane.ts';
import { loadExchangeClass } from './load.ts';
import { proxyOf } from './proxyAgents.ts';
import type { ExchangeQuirks } from './quirks/quirks.ts';
import { quirksOf } from './quirks/registry.ts';
import type { SendGate } from './sendGate.ts';
import { TrafficControl } from './trafficControl.ts';
import type { CcxtExchange, CcxtOptions } from './types.ts';
import { field, textOf } from './values.ts';

/** Whole answer of the list of markets (15 MB at Binance). */
const MARKETS_DEADLINE_MS = 30_000;

const NO_PROXY = { password: '' };

/** Where streams and history get their exchange from. */
export interface ExchangeSource {
  readonly options: Pick<CcxtOptions, 'clock' | 'logger'>;
  readonly secrets: readonly string[];
  lane(name: LaneName): Promise<{ readonly exchange: CcxtExchange }>;
}

/** The ccxt instances of one account (or of public data), made when first used, sharing one list of markets. */
export class Session implements ExchangeSource {
  readonly options: CcxtOptions;
  readonly quirks: ExchangeQuirks | undefined;
  /** Literal values that must never be shown. */
  readonly secrets: readonly string[];
  readonly traffic: TrafficControl;
  readonly #gate: SendGate | undefined;
  readonly #wanted: Set<string>;
  readonly #lanes = new Map<LaneName, Promise<Lane>>();
  readonly #built = new Map<LaneName, Lane>();
  #listed: readonly string[] = [];
  #marketSource: Promise<Lane> | undefined;
  #offsetMs = 0;
  #closed = false;

  /** @throws Error `EXCHANGE_UNSUPPORTED` when a simulated exchange is wanted whose addresses we do not know how to replace. */
  constructor(options: CcxtOptions, gate?: SendGate) {
    this.options = options;
    this.quirks = quirksOf(options.exchangeId);
    const { password: proxyPassword } =
      options.proxy === undefined ? NO_PROXY : proxyOf(options.proxy);
    const { apiKey = '', secret = '', password = '' } = options.credentials ?? {};
    this.secrets = [apiKey, secret, password, proxyPassword].filter((text) => text !== '');
    this.traffic = options.traffic ?? new TrafficControl(options.clock);
    this.#gate = gate;
    this.#wanted = new Set(options.symbols);
    if (options.endpoints !== undefined && this.quirks?.simulated === undefined) {
      throw new Error(
        `EXCHANGE_UNSUPPORTED: "${options.exchangeId}" cannot be simulated: its addresses cannot be replaced safely.`,
      );
    }
  }

  /** Every symbol the exchange lists, known once a lane is ready. */
  get listed(): readonly string[] {
    return this.#listed;
  }

  /**
   * The lane, with its markets loaded. A failure is not remembered: the next call tries again.
   * @throws Error with the reason, redacted.
   */
  async lane(name: LaneName): Promise<Lane> {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const made = this.#makeReady(name);
    this.#lanes.set(name, made);
    made.catch(() => this.#lanes.delete(name));
    return made;
  }

  /** The lane when it is made already. */
  builtLane(name: LaneName): Lane | undefined {
    return this.#built.get(name);
  }

  /** The lane with a list of markets that was just read, and that keeps these symbols, too. */
  async reload(name: LaneName, symbols: readonly string[]): Promise<Lane> {
    for (const symbol of symbols) this.#wanted.add(symbol);
    const isFirst = this.#marketSource === undefined;
    const lane = await this.lane(name);
    if (isFirst) return lane;
    await this.#loadMarkets(lane);
    for (const other of this.#built.values()) {
      if (other !== lane) this.#takeOver(other, lane.exchange);
    }
    return lane;
  }

  /** Tells every lane, present and future, by how much the exchange's clock is ahead of ours. */
  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    for (const lane of this.#built.values()) lane.setOffset(offsetMs);
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.options.traffic === undefined) this.traffic.close();
    // First what runs: a lane that is being made ready may wait for an answer.
    await Promise.all([...this.#built.values()].map((lane) => lane.close()));
    await Promise.allSettled(this.#lanes.values());
  }

  async #makeReady(name: LaneName): Promise<Lane> {
    const Base = await loadExchangeClass(this.options.exchangeId);
    if (this.#closed) throw new Error('closed');
    const lane = new Lane({
      name,
      Base,
      settings: this.options,
      quirks: this.quirks,
      gate: name === 'orders' ? this.#gate : undefined,
      traffic: this.traffic,
      keepMarket: (market) => this.#wanted.has(textOf(field(market, 'symbol')) ?? ''),
    });
    this.#built.set(name, lane);
    try {
      lane.setOffset(this.#offsetMs);
      await lane.prepare();
      await this.#shareMarkets(lane);
      return lane;
    } catch (error) {
      this.#built.delete(name);
      await lane.close();
      throw error;
    }
  }

  /** The first lane loads the markets, the others take them over. */
  async #shareMarkets(lane: Lane): Promise<void> {
    const source = this.#marketSource;
    if (source !== undefined) {
      this.#takeOver(lane, (await source).exchange);
      return;
    }
    const loading = this.#loadMarkets(lane).then(() => lane);
    this.#marketSource = loading;
    try {
      await loading;
    } catch (error) {
      this.#marketSource = undefined;
      throw error;
    }
  }

  #takeOver({ exchange }: Lane, from: CcxtExchange): void {
    exchange.setMarketsFromExchange(from);
    for (const name of this.quirks?.marketOptions ?? [])
      exchange.options[name] = from.options[name];
  }

  async #loadMarkets(lane: Lane): Promise<void> {
    const listed: string[] = [];
    lane.onMarketListed = (symbol) => listed.push(symbol);
    try {
      // true: ccxt remembers a failed attempt for ever otherwise.
      await withDeadline(this.options.clock, MARKETS_DEADLINE_MS, lane.exchange.loadMarkets(true));
    } catch (error) {
      throw gatewayFailed('the list of markets', error, this.secrets);
    }
    this.#listed = listed;
  }
}
