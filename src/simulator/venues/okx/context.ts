/** What the request handlers and channels share: the world, the clock, and markets by OKX's names. */
import type { Instrument } from '../../engine/types.ts';
import type { Conditions } from '../../faults/conditions.ts';
import type { Market } from '../../market/market.ts';
import type { World } from '../../market/world.ts';
import type { TriggerOrders } from './algoOrders.ts';
import type { DeadManSwitches } from './deadManSwitch.ts';
import { noSuchInstrument } from './errors.ts';
import type { Params } from './params.ts';
import { instIdOf } from './text.ts';

/** Everything a handler works with. */
export interface OkxContext {
  readonly world: World;
  readonly wallNowMs: () => number;
  readonly conditions: Conditions;
  readonly directory: MarketDirectory;
  readonly triggers: TriggerOrders;
  readonly switches: DeadManSwitches;
}

/** The markets by instrument id (`BTC-USDT`) and by instrument id code (counts from 1). */
export class MarketDirectory {
  readonly #byInstId = new Map<string, Market>();
  readonly #codes = new Map<string, number>();

  constructor(world: World) {
    for (const market of world.markets.values()) {
      const instId = instIdOf(market.instrument);
      this.#byInstId.set(instId, market);
      this.#codes.set(instId, this.#codes.size + 1);
    }
  }

  /** All that are listed, in order of their codes. */
  all(): Market[] {
    return [...this.#byInstId.values()].filter(isListed);
  }

  find(instId: string): Market | undefined {
    const market = this.#byInstId.get(instId);
    return market !== undefined && isListed(market) ? market : undefined;
  }

  codeOf(instrument: Instrument): number {
    return this.#codes.get(instIdOf(instrument)) ?? 0;
  }

  /** The market that `instId`, or on a websocket `instIdCode`, names. @throws OkxError 50014, 51001. */
  of(params: Params): Market {
    const code = params.integer('instIdCode');
    const market =
      code === undefined
        ? this.find(params.required('instId'))
        : this.all().find(({ instrument }) => this.codeOf(instrument) === code);
    if (market === undefined) throw noSuchInstrument();
    return market;
  }

  /** The market a filter names; undefined when it names none. @throws OkxError 51001. */
  filterOf(params: Params): Market | undefined {
    return params.text('instId') === undefined ? undefined : this.of(params);
  }
}

function isListed({ book }: Market): boolean {
  return book.status !== 'DELISTED';
}
