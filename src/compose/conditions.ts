/** What only the composition knows and a person must know, while it lasts. */
import type { LoadedConfig } from '../adapters/config/load.ts';
import type { Condition } from '../core/domain/attention.ts';
import { EXCHANGES } from '../core/domain/exchanges.ts';
import { rightsConditions } from './fileRights.ts';

export function conditionsOf(loaded: LoadedConfig): readonly Condition[] {
  const { id: exchange } = loaded.config.exchange;
  const unproven: Condition = { code: 'exchange.unproven', inputs: { exchange } };
  return [...rightsConditions(loaded), ...(EXCHANGES[exchange].proven ? [] : [unproven])];
}
