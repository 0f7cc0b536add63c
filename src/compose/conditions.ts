/** What only the composition knows and a person must know, while it lasts. */
import type { LoadedConfig } from '../adapters/config/load.ts';
import type { Condition } from '../core/domain/attention.ts';
import { EXCHANGES } from '../core/domain/exchanges.ts';

export function conditionsOf({ config }: LoadedConfig): readonly Condition[] {
  const { id: exchange } = config.exchange;
  return EXCHANGES[exchange].proven ? [] : [{ code: 'exchange.unproven', inputs: { exchange } }];
}
