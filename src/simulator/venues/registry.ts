/** The venues that can be served, and where a client finds them. */
import type { Filters } from '../engine/filters.ts';
import type { ConditionsDocument, SymbolFilters } from '../faults/conditionsSchema.ts';
import { BINANCE_FILTERS } from './binance/filters.ts';
import { BinanceVenue } from './binance/venue.ts';
import { OKX_FILTERS } from './okx/instruments.ts';
import { OkxVenue } from './okx/venue.ts';
import type { Venue, VenueOptions } from './venue.ts';

/** A venue that can be served. */
interface VenueEntry {
  /** Its name as people write it. */
  readonly title: string;
  readonly make: (options: VenueOptions) => Venue;
  /** Filters that its markets begin with. */
  readonly filters: Partial<Filters>;
  /** Fields of a symbol, of the exchange or of the conditions that it has nothing like. */
  readonly lacks: ReadonlySet<keyof SymbolFilters | keyof ConditionsDocument>;
}

export const VENUES = {
  binance: {
    title: 'Binance',
    make: (options: VenueOptions): Venue => new BinanceVenue(options),
    filters: BINANCE_FILTERS,
    lacks: new Set(['marketMaxNotional']),
  },
  okx: {
    title: 'OKX',
    make: (options: VenueOptions): Venue => new OkxVenue(options),
    filters: OKX_FILTERS,
    lacks: new Set([
      ...(['minPrice', 'maxPrice', 'percentPrice', 'averageMinutes'] as const),
      ...(['marketMinAmount', 'marketMaxAmount', 'marketStepSize'] as const),
      ...(['minNotionalAtMarket', 'maxNotionalAtMarket'] as const),
      ...(['maxOrderLists', 'maxIcebergOrders', 'maxIcebergParts', 'feeAssets'] as const),
    ]),
  },
} as const satisfies Readonly<Record<Venue['name'], VenueEntry>>;

export type VenueName = keyof typeof VENUES;

export function makeVenue(name: VenueName, options: VenueOptions): Venue {
  return VENUES[name].make(options);
}
