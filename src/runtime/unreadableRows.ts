/**
 * Rows of the exchange's lists that cannot be read. Each may be ours: it is said in the log, and entries of its market wait for an
 * operator, once for the same row. Everything else in the list goes on.
 */
import type { MarketSymbol } from '../core/domain/ids.ts';
import { HOLD } from '../core/engine/halts.ts';
import type { UnreadableRow } from '../ports/listing.ts';
import type { Logger } from '../ports/logger.ts';
import type { Session } from './session.ts';

/** Rows remembered, so that each is said once; beyond that many they are said again. */
const SEEN_MAX = 1_000;

const WORDS: Readonly<Record<UnreadableRow['what'], string>> = {
  order: 'an open order at the exchange cannot be read',
  trade: 'an own trade at the exchange cannot be read, and is not booked',
};

export class UnreadableRows {
  readonly #session: Session;
  readonly #logger: Logger;
  /** True for those that an operator was stopped for; the others came while their market was halted for something else. */
  readonly #seen = new Map<string, boolean>();
  /** Of the last answer of each list. */
  readonly #standing = new Map<string, readonly UnreadableRow[]>();

  constructor(session: Session, logger: Logger) {
    this.#session = session;
    this.#logger = logger;
  }

  /** Those that could not be read when their list was answered last. */
  get standing(): readonly UnreadableRow[] {
    return [...this.#standing.values()].flat();
  }

  /** @param list which list was answered: what it does not have any more is over */
  meet(list: string, rows: readonly UnreadableRow[]): void {
    if (rows.length === 0) this.#standing.delete(list);
    else this.#standing.set(list, rows);
    for (const row of rows) this.#say(row);
    for (const symbol of new Set(rows.map((row) => row.symbol)))
      this.#halt(
        symbol,
        rows.filter((row) => row.symbol === symbol),
      );
  }

  #say(row: UnreadableRow): void {
    const key = keyOf(row);
    if (this.#seen.has(key)) return;
    if (this.#seen.size >= SEEN_MAX) this.#seen.clear();
    this.#seen.set(key, false);
    this.#logger.error({ ...row }, WORDS[row.what]);
  }

  #halt(symbol: MarketSymbol, rows: readonly UnreadableRow[]): void {
    const open = rows.filter((row) => this.#seen.get(keyOf(row)) === false);
    const [first, ...more] = open;
    const halted = this.#session.state.markets.get(symbol)?.haltReason;
    if (first === undefined || halted === undefined) return;
    // A halt keeps its first reason; this one has its turn when that is lifted.
    if (halted !== '' && !halted.startsWith(HOLD)) return;
    for (const row of open) this.#seen.set(keyOf(row), true);
    const besides = more.length === 0 ? '' : `, and ${String(more.length)} more`;
    const reason = `${WORDS[first.what]} (${first.name}: ${first.problem}${besides})`;
    this.#session.control({ action: 'halt', symbol, reason });
  }
}

function keyOf({ what, symbol, name }: UnreadableRow): string {
  return `${what} ${symbol} ${name}`;
}
