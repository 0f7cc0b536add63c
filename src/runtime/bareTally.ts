/** What an exit without books comes to, market by market, from the exchange's own executions. */
import { toText, ZERO, type Decimal } from '../core/domain/decimal.ts';
import { feesOf, type Balance, type Fill } from '../core/domain/fill.ts';
import type { Asset, ExchangeOrderId, MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { OrderReport } from '../core/domain/order.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { MarketFarewell } from './farewell.ts';

/** Market time by which an execution may be stamped before the report of its order. */
const SKEW_MS = 60_000;

interface MarketTally {
  readonly cancelled: Set<ExchangeOrderId>;
  readonly sells: Set<ExchangeOrderId>;
  readonly fills: Map<string, Fill>;
  /** Market time of the first report; no execution is older than that. */
  since: number;
}

export class BareTally {
  readonly #gateway: Pick<ExchangeGateway, 'fills'>;
  readonly #markets = new Map<MarketSymbol, MarketTally>();

  constructor(gateway: Pick<ExchangeGateway, 'fills'>) {
    this.#gateway = gateway;
  }

  cancelled(symbol: MarketSymbol, order: ExchangeOrderId): void {
    this.#of(symbol).cancelled.add(order);
  }

  /** The exchange's word on a sell of ours, with the executions that came along. */
  sold({ symbol, exchangeOrderId, at, fills }: OrderReport): void {
    const tally = this.#of(symbol);
    tally.sells.add(exchangeOrderId);
    tally.since = Math.min(tally.since, at);
    for (const fill of fills) tally.fills.set(fill.tradeId, fill);
  }

  /** Markets where something was done or is left. What the exchange does not tell of executions is left out. */
  async read(
    instruments: readonly Instrument[],
    balances: readonly Balance[],
  ): Promise<readonly MarketFarewell[]> {
    const rows: MarketFarewell[] = [];
    for (const instrument of instruments) {
      const { symbol, base, quote } = instrument;
      const tally = this.#markets.get(symbol);
      const held = balances.find(({ asset }) => asset === base);
      const left = toText(held ? held.free.plus(held.locked) : ZERO);
      if (!tally && left === '0') continue;
      const sums = await this.#sums(symbol);
      const cancelled = tally?.cancelled.size ?? 0;
      const bought = { bought: '0', boughtFor: '0' };
      rows.push({ symbol, base, quote, cancelled, ...bought, ...sums, left });
    }
    return rows;
  }

  async #sums(symbol: MarketSymbol): Promise<Pick<MarketFarewell, 'sold' | 'soldFor' | 'fees'>> {
    const tally = this.#of(symbol);
    if (tally.sells.size > 0) await this.#fetch(symbol, tally);
    const fees = new Map<Asset, Decimal>();
    let sold = ZERO;
    let soldFor = ZERO;
    for (const fill of tally.fills.values()) {
      sold = sold.plus(fill.amount);
      soldFor = soldFor.plus(fill.amount.times(fill.price));
      for (const { asset, amount } of feesOf(fill))
        fees.set(asset, (fees.get(asset) ?? ZERO).plus(amount));
    }
    return {
      sold: toText(sold),
      soldFor: toText(soldFor),
      fees: Object.fromEntries([...fees].map(([asset, fee]) => [asset, toText(fee)])),
    };
  }

  /** Not every answer to an order has its executions. */
  async #fetch(symbol: MarketSymbol, { sells, fills, since }: MarketTally): Promise<void> {
    try {
      const { rows } = await this.#gateway.fills(symbol, Math.max(0, since - SKEW_MS));
      for (const fill of rows) if (sells.has(fill.exchangeOrderId)) fills.set(fill.tradeId, fill);
    } catch {
      // What came with the answers is what is known.
    }
  }

  #of(symbol: MarketSymbol): MarketTally {
    const known = this.#markets.get(symbol);
    if (known) return known;
    const since = Number.POSITIVE_INFINITY;
    const tally = { cancelled: new Set<never>(), sells: new Set<never>(), fills: new Map(), since };
    this.#markets.set(symbol, tally);
    return tally;
  }
}
