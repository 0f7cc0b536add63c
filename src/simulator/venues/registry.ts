/** The venues that can be served, and where a client finds them. */
import { BinanceVenue } from './binance/venue.ts';
import { OkxVenue } from './okx/venue.ts';
import type { Venue, VenueOptions } from './venue.ts';

export const VENUES = {
  binance: (options: VenueOptions): Venue => new BinanceVenue(options),
  okx: (options: VenueOptions): Venue => new OkxVenue(options),
} as const satisfies Readonly<Record<Venue['name'], (options: VenueOptions) => Venue>>;

export type VenueName = keyof typeof VENUES;

export function makeVenue(name: VenueName, options: VenueOptions): Venue {
  return VENUES[name](options);
}
