/** Names in filters: one that nobody knows is a typing mistake, and "nothing found" would hide it. */
import { unknownWords } from '../../core/domain/nearest.ts';
import type { RecordFilter, Records } from '../../ports/records.ts';
import type { RunPointer } from '../daemon/runPointer.ts';
import { strategyOf, symbolOf, type FilterOptions } from './books.ts';
import { CliError, EXIT } from './exitCodes.ts';

/** @throws CliError with exit code 2 and the nearest names, when neither configuration nor books know a strategy or a symbol. */
export function checkNames(
  records: Records,
  { strategies }: RunPointer,
  { strategy, symbol }: Pick<FilterOptions, 'strategy' | 'symbol'>,
): void {
  const positions = records.positions();
  const isRecorded = (filter: Omit<RecordFilter, 'limit'>): boolean =>
    records.orders({ ...filter, limit: 1, openOnly: false }).length > 0 ||
    records.notes({ ...filter, limit: 1 }).length > 0;
  if (strategy !== undefined) {
    const known = [
      ...strategies.map(({ id }) => id),
      ...positions.map(({ strategyId }) => strategyId),
    ];
    if (!known.includes(strategy) && !isRecorded({ strategyId: strategyOf(strategy) }))
      throw unknownName('strategy', strategy, known);
  }
  if (symbol !== undefined) {
    const wanted = symbolOf(symbol);
    const known = [...strategies, ...positions].map((each) => each.symbol);
    if (!known.includes(wanted) && !isRecorded({ symbol: wanted }))
      throw unknownName('market', wanted, known);
  }
}

/** For a word that is none of those that are known. */
export function unknownName(what: string, word: string, known: readonly string[]): CliError {
  return new CliError(EXIT.usage, unknownWords(what, word, known));
}
