import type { SimulatedExchange } from '../adapters/config/config.ts';
import { toText } from '../core/domain/decimal.ts';
import { venueOf } from './simulatorOptions.ts';
import type { ProcessRequest } from './simulatorWorld.ts';

/** What the process of a configured simulated exchange is asked for. @param id the exchange whose words it speaks. */
export function requestOf(id: string, { balances, ...rest }: SimulatedExchange): ProcessRequest {
  const money = Object.fromEntries(balances.map(({ asset, amount }) => [asset, toText(amount)]));
  return { ...rest, venue: venueOf(id), balances: money };
}
