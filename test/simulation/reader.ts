/** The journal's file as somebody else reads it: over a connection of its own, committed rows only. */
import { openReadable, type Connection } from '../../src/adapters/sqlite/database.ts';
import { exact, ZERO, type Exact } from './exact.ts';
import { CLOSED_STATES_SQL } from '../../src/adapters/sqlite/schema.ts';

type Row = Readonly<Record<string, unknown>>;

export interface OrderRow {
  readonly intentId: string;
  readonly clientOrderId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly state: string;
  readonly purpose: string;
  readonly amount: Exact;
  readonly filled: Exact;
  readonly referencePrice: Exact;
}

export interface FillRow {
  readonly key: string;
  readonly intentId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly price: Exact;
  readonly amount: Exact;
  readonly fee: Exact;
  readonly feeAsset: string;
}

const ORDERS = `SELECT i.intent_id, i.client_order_id, i.strategy_id, i.symbol, i.side, i.purpose, i.amount,
  i.reference_price, o.state, o.filled FROM orders o JOIN intents i USING (intent_id)`;

const prepare = (db: Connection, text: string) => db.prepare(text);
type Prepared = ReturnType<typeof prepare>;

export class JournalReader {
  readonly #db: Connection;
  readonly #send;
  readonly #open;
  readonly #known;
  readonly #flags;
  readonly #prepared = new Map<string, Prepared>();

  constructor(path: string) {
    const db = openReadable(path);
    this.#db = db;
    this.#send = db.prepare(
      `SELECT o.state, i.epoch, (SELECT max(epoch) FROM epochs) AS newest FROM orders o
       JOIN intents i USING (intent_id) WHERE o.intent_id = ?`,
    );
    this.#open = db.prepare(`${ORDERS} WHERE o.state NOT IN ${CLOSED_STATES_SQL}`);
    this.#flags = db.prepare('SELECT flag, symbol, reason FROM flags');
    this.#known = db.prepare('SELECT 1 FROM intents WHERE client_order_id = ?').pluck();
  }

  close(): void {
    this.#db.close();
  }

  /** Prepared once: it is asked after every event. */
  #sql(text: string): Prepared {
    const known = this.#prepared.get(text);
    if (known) return known;
    const made = prepare(this.#db, text);
    this.#prepared.set(text, made);
    return made;
  }

  /** What is committed about the sending of an intent; undefined when there is no such intent. */
  send(intentId: string): { state: string; epoch: number; newest: number } | undefined {
    const row = this.#send.get(intentId) as Row | undefined;
    return (
      row && {
        state: String(row['state']),
        epoch: Number(row['epoch']),
        newest: Number(row['newest']),
      }
    );
  }

  newestEpoch(): number {
    return Number(this.#sql('SELECT max(epoch) FROM epochs').pluck().get());
  }

  openOrders(): OrderRow[] {
    return this.#open.all().map(orderRow);
  }

  orders(): OrderRow[] {
    return this.#sql(ORDERS).all().map(orderRow);
  }

  /** The client id of an intent; undefined when there is no such intent. */
  clientOrderIdOf(intentId: string): string | undefined {
    const ids = this.#sql('SELECT client_order_id FROM intents WHERE intent_id = ?').pluck();
    const [id] = ids.all(intentId) as string[];
    return id;
  }

  knows(clientOrderId: string): boolean {
    return this.#known.get(clientOrderId) === 1;
  }

  /** `halted`: reasons by symbol. */
  flags(): { readonly paused: boolean; readonly halted: ReadonlyMap<string, string> } {
    const rows = this.#flags.all() as Row[];
    const halted = rows
      .filter((row) => row['flag'] === 'halted')
      .map((row) => [String(row['symbol']), String(row['reason'])] as const);
    return { paused: rows.some((row) => row['flag'] === 'paused'), halted: new Map(halted) };
  }

  fills(): FillRow[] {
    return (this.#sql('SELECT * FROM fills').all() as Row[]).map((row) => ({
      key: `${String(row['symbol'])} ${String(row['trade_id'])}`,
      intentId: String(row['intent_id']),
      strategyId: String(row['strategy_id']),
      symbol: String(row['symbol']),
      side: row['side'] === 'buy' ? 'buy' : 'sell',
      price: decimalIn(row, 'price'),
      amount: decimalIn(row, 'amount'),
      fee: decimalIn(row, 'fee'),
      feeAsset: String(row['fee_asset']),
    }));
  }

  positions(): {
    readonly strategyId: string;
    readonly symbol: string;
    readonly amount: Exact;
    readonly cost: Exact;
    /** What of both is dust. */
    readonly dust: Exact;
    readonly dustCost: Exact;
  }[] {
    return (this.#sql('SELECT * FROM positions').all() as Row[]).map((row) => ({
      strategyId: String(row['strategy_id']),
      symbol: String(row['symbol']),
      amount: decimalIn(row, 'amount'),
      cost: decimalIn(row, 'cost'),
      dust: optionalIn(row, 'dust_amount'),
      dustCost: optionalIn(row, 'dust_cost'),
    }));
  }

  balances(): {
    readonly asset: string;
    readonly opening: Exact;
    /** What an operator has had booked as money that came or went. */
    readonly deposited: Exact;
    readonly total: Exact;
  }[] {
    return (this.#sql('SELECT * FROM balances').all() as Row[]).map((row) => ({
      asset: String(row['asset']),
      opening: decimalIn(row, 'opening'),
      deposited: decimalIn(row, 'deposited'),
      total: decimalIn(row, 'total'),
    }));
  }

  /** What was booked into and out of positions without a fill. */
  bookings(): { readonly strategyId: string; readonly symbol: string; readonly amount: Exact }[] {
    return (this.#sql('SELECT * FROM booked_transfers').all() as Row[]).map((row) => ({
      strategyId: String(row['strategy_id']),
      symbol: String(row['symbol']),
      amount: decimalIn(row, 'amount'),
    }));
  }

  /** Strategies of which UNPROTECTED was noted and not PROTECTED since. */
  alarmed(): ReadonlySet<string> {
    const alarmed = new Set<string>();
    const rows = this.#sql(
      `SELECT strategy_id, code FROM notes WHERE code IN ('UNPROTECTED', 'PROTECTED') ORDER BY rowid`,
    );
    for (const row of rows.all() as Row[]) {
      const id = String(row['strategy_id']);
      if (row['code'] === 'UNPROTECTED') alarmed.add(id);
      else alarmed.delete(id);
    }
    return alarmed;
  }

  /** How often each code was noted. */
  notes(): ReadonlyMap<string, number> {
    const rows = this.#sql('SELECT code, count(*) AS n FROM notes GROUP BY code').all();
    return new Map((rows as Row[]).map((row) => [String(row['code']), Number(row['n'])]));
  }
}

function orderRow(value: unknown): OrderRow {
  const row = value as Row;
  return {
    intentId: String(row['intent_id']),
    clientOrderId: String(row['client_order_id']),
    strategyId: String(row['strategy_id']),
    symbol: String(row['symbol']),
    side: row['side'] === 'buy' ? 'buy' : 'sell',
    state: String(row['state']),
    purpose: String(row['purpose']),
    amount: decimalIn(row, 'amount'),
    filled: decimalIn(row, 'filled'),
    referencePrice: decimalIn(row, 'reference_price'),
  };
}

/** 0 where there is none. */
function optionalIn(row: Row, column: string): Exact {
  return row[column] === null ? ZERO : decimalIn(row, column);
}

function decimalIn(row: Row, column: string): Exact {
  return exact(String(row[column]));
}
