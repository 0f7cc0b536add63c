/**
 * Catalogue of conditions that a person must act on. A condition stays in `status` until it is over; it is worked out anew at
 * every reading from what is the case, and is in no list of its own. Codes are stable: scripts match on them.
 *
 * To add one: a row here, in the order of importance, and a place that yields it while it lasts: `core/engine/conditions.ts` for what
 * the engine knows, `runtime/conditions.ts` for what the runtime knows, `TraderDeps.conditions` for what only the composition knows.
 */
import type { IntentId, MarketSymbol, StrategyId } from './ids.ts';
import type { NoteInputs } from './notes.ts';
import type { Millis } from './time.ts';

/** Texts have the places of `core/reporting/explain.ts`, filled from the inputs and the subject of a condition. */
export interface AttentionRule {
  /** What is the case. */
  readonly text: string;
  /** What a person does about it. */
  readonly action: string;
  /** A command that does it, or begins it; absent where there is none. */
  readonly command?: string;
  /** What it is over with, for the reference. */
  readonly until: string;
}

/** The most important first: where room is short, the first ones are shown. */
export const ATTENTION = {
  'journal.standstill': {
    text: 'nothing is done until the books can be written: {error}',
    action: 'free space or end whatever holds the database; it goes on by itself',
    until: 'the step that waits is written',
  },
  'disk.full': {
    text: 'the disk is full: no entries; cancels and exits still go, on what was kept in reserve',
    action: 'free space on the disk of data_dir; it goes on by itself',
    until: 'there is room again',
  },
  'journal.old_copy': {
    text: 'the books are an old copy: {runs} later runs and {orders} orders are not in them; nothing was decided before the exchange had to show what they did',
    action:
      'put the newest copy in its place if there is one; else look at the markets that are halted and at what the account has',
    command: 'plimsoll positions',
    until: 'the next start',
  },
  'files.writable': {
    text: 'every user of this machine may write to {files}: whoever does commands this bot. With real money that is refused',
    action: 'take that right away: chmod o-w, and look at who has used it',
    until: 'only their owner and group may write there',
  },
  'files.readable': {
    text: 'every user of this machine may read {files}, and the keys in it',
    action: 'take that right away: chmod 600; make new keys if others have used the machine',
    until: 'only their owner and group may read it',
  },
  'key.withdraws': {
    text: 'the key may withdraw: whoever has it can empty the account',
    action: 'take the right to withdraw from the key at the exchange, or make a new key',
    until: 'the exchange says that the key has not this right; it is asked every ten minutes',
  },
  'key.cannot_trade': {
    text: 'the key may not trade any more',
    action: 'allow spot trading for the key at the exchange',
    until: 'the exchange says that the key may trade; it is asked every ten minutes',
  },
  'exit.refused': {
    text: 'the last {times} sells of {amount} {base} came to nothing, the last: {message}',
    action: 'see what the exchange refuses; sell at the exchange by hand if it does not end',
    command: 'plimsoll why {strategy}',
    until: 'the exchange takes a sell, or nothing is held any more',
  },
  'position.unprotected': {
    text: '{amount} {base} is without its stop at the exchange; the price is watched here, which ends when this process does',
    action: 'see why the exchange does not take the stop; keep the process running meanwhile',
    command: 'plimsoll why {strategy}',
    until: 'the exchange holds the stop, or nothing is held any more',
  },
  'stop.unfinished': {
    text: 'taking it out of the market ({reason}) has not come to its end: {amount} {base} is left, {orders} orders are open',
    action: 'see what the open orders wait for',
    command: 'plimsoll why {strategy}',
    until: 'everything is sold',
  },
  'position.phantom': {
    text: 'positions say {positions} {asset}, the account has {balance}: {missing} is gone; each strategy sells and guards its share of what is there',
    action:
      'find out who sold or withdrew it; then say whose position shrinks: `newest`, `pro-rata` or a strategy',
    command: 'plimsoll resume {symbol} --adopt-balances=newest',
    until: 'the positions are no more than what is there',
  },
  'coins.locked': {
    text: 'orders that are not in these books hold {locked} {asset}: of {positions} that positions say, {free} can be sold; the rest goes as soon as those orders have ended',
    action:
      'cancel them at the exchange; those that this bot has made are cancelled as soon as a sale or a stop needs what they hold, and by `plimsoll cancel`',
    command: 'plimsoll resume {symbol}',
    until: 'positions can be sold in full',
  },
  'order.lost': {
    text: 'orders at the exchange that this bot has made and these books do not know: {orders}, the first: {side} {amount}, {exchangeOrderId}; an old copy of the database was put back, most likely',
    action:
      'put the newest copy of the database back if there is one; else resuming the symbol cancels them, `plimsoll cancel` one of them',
    command: 'plimsoll resume {symbol}',
    until: 'the exchange has none of them open any more',
  },
  'books.differ': {
    text: 'the exchange has more or less than the books say: {drift}',
    action:
      'find out where the difference comes from; `plimsoll resume SYMBOL --adopt-balances` books it',
    command: 'plimsoll positions',
    until: 'exchange and books agree',
  },
  'order.quarantined': {
    text: 'exchange and books contradict each other about this order: {message}; it counts as open',
    action: 'look at the order at the exchange; resuming its symbol cancels it',
    command: 'plimsoll resume {symbol}',
    until: 'the order has ended',
  },
  'exchange.trade_unreadable': {
    text: 'own trades at the exchange that cannot be read, and are not booked: {rows}, the first: {name}: {problem}',
    action:
      'look at the trade at the exchange; it is booked as soon as it can be read, else `--adopt-balances` books what it moved',
    command: 'plimsoll resume {symbol} --adopt-balances',
    until:
      'it can be read, or is a day old: what is missing then stands as a difference of the books',
  },
  'exchange.order_unreadable': {
    text: 'open orders at the exchange that cannot be read: {rows}, the first: {name}: {problem}',
    action: 'look at the order at the exchange; nothing is done with it here',
    command: 'plimsoll resume {symbol}',
    until: 'it can be read, or is not open any more',
  },
  'order.unknown': {
    text: 'what became of this order is not known: {message}; it is looked up again and again, and never sent again',
    action: 'nothing while the exchange answers; else look at its list of orders',
    command: 'plimsoll why {order}',
    until: 'the exchange says what became of it, or that it never had it',
  },
  'position.unmanaged': {
    text: '{amount} {base} is held by a strategy that is not configured any more: nothing sells or protects it',
    action: 'configure the strategy again, or sell it',
    command: 'plimsoll close {strategy}',
    until: 'the strategy is configured again, or nothing is held any more',
  },
  'symbol.gone': {
    text: 'the exchange has halted the market or does not list it any more: {why}',
    action: 'see what the exchange says; what is held or open there is left as it is',
    until: 'the exchange trades it again; it is asked every minute',
  },
  'strategy.failed': {
    text: 'stopped after an error of its own: {message}; its orders are cancelled, its position is kept',
    action: 'report the error; after a restart the strategy is asked again',
    command: 'plimsoll restart',
    until: 'a start',
  },
  'strategy.cannot_trade': {
    text: 'cannot trade as it is configured: {problem} ({where})',
    action: 'change the file, then let the daemon read it; the other strategies run meanwhile',
    command: 'plimsoll reload',
    until: 'it can, by the rules and the price of its market or by its file',
  },
  'symbol.halted': {
    text: 'no entries: {reason}',
    action: 'look into the reason; then let it trade again',
    command: 'plimsoll resume {symbol}',
    until: 'it is resumed',
  },
  'entries.paused': {
    text: 'no entries anywhere: {reason}',
    action: 'let entries go on when the reason is over',
    command: 'plimsoll resume',
    until: 'it is resumed',
  },
  'symbol.paused': {
    text: 'no entries on this market: {reason}; what is held there is guarded and sold as before',
    action: 'let its entries go on when the reason is over',
    command: 'plimsoll resume {symbol}',
    until: 'it is resumed',
  },
  'strategy.paused': {
    text: 'no entries of this strategy: {reason}; what it holds is guarded and sold as before',
    action: 'let its entries go on when the reason is over',
    command: 'plimsoll resume {strategy}',
    until: 'it is resumed',
  },
  'queue.unreachable': {
    text: 'the order queue does not answer: {error}; orders wait in the books and go out or expire when it is back',
    action: 'see whether Redis runs and can be reached',
    until: 'it answers',
  },
  'queue.behind': {
    text: 'the oldest order or cancel that should have been carried out waits for {seconds} s',
    action: 'see whether the queue and the exchange answer',
    command: 'plimsoll logs',
    until: 'it is carried out or has expired',
  },
  'queue.warning': {
    text: '{warning}',
    action: 'mend it before orders get lost; what gets lost is driven again from the books',
    until: 'the queue is as it should be',
  },
  'queue.waited_for': {
    text: 'the start {waiting}; it is tried again until it is there',
    action:
      'start Redis, or correct REDIS_URL; to get out meanwhile stop this start and begin one that needs no queue and enters nothing',
    command: 'plimsoll stop && plimsoll start --exits-only',
    until: 'the queue is there',
  },
  'exchange.waited_for': {
    text: 'the start {waiting}; it is asked again until it answers',
    action: 'see whether the exchange is in maintenance and whether this machine reaches it',
    command: 'plimsoll logs',
    until: 'everything that a start needs has been answered',
  },
  'exchange.rounds_failing': {
    text: 'the exchange does not answer: {rounds}; the last error: {error}',
    action: 'see whether the exchange is in maintenance and whether this machine reaches it',
    command: 'plimsoll logs',
    until: 'each of them has been answered',
  },
  'exchange.account_stream_down': {
    text: 'the stream of the account is down: fills are asked for every two seconds meanwhile',
    action: 'nothing, unless it lasts: it is dialled again by itself',
    command: 'plimsoll logs',
    until: 'it is up',
  },
  'symbol.stale': {
    text: 'no market data: no entries, and stops wait for the exchange or the next price',
    action: 'see whether the exchange trades it and whether this machine reaches it',
    until: 'data arrives',
  },
  'symbol.on_hold': {
    text: 'no entries for now: {reason}',
    action: 'nothing, unless it lasts: it passes by itself',
    until: 'what it waits for is over',
  },
  'recording.stopped': {
    text: 'this run is not recorded any more: {why}; trading goes on, and what happens from here on cannot be replayed',
    action: 'see what is said; a restart begins a new recording',
    until: 'a start',
  },
  'round.failing': {
    text: 'what is to be done again and again fails: {rounds}; the last error: {error}',
    action: 'see the log; report the error if it does not pass',
    command: 'plimsoll logs',
    until: 'each of them has been done',
  },
  'journal.wal_grows': {
    text: 'the write-ahead log of the books is {mebibytes} MiB: something keeps reading the database',
    action: 'end what reads the database file, such as a shell or a backup that hangs',
    until: 'the log could be cut',
  },
  'exchange.unproven': {
    text: '{exchange} is unproven: its rules are from its documentation, tried against recorded answers and never against the exchange',
    action: 'begin with small orders, and compare with what the exchange itself shows',
    until: 'another exchange is configured',
  },
  'key.transfers': {
    text: 'the key may transfer money to other accounts',
    action: 'take that right from the key at the exchange: trading does not need it',
    until: 'the exchange says that the key has not this right; it is asked every ten minutes',
  },
} satisfies Readonly<Record<string, AttentionRule>>;

export type AttentionCode = keyof typeof ATTENTION;

/** One thing that is the case. */
export interface Condition {
  readonly code: AttentionCode;
  readonly symbol?: MarketSymbol;
  readonly strategy?: StrategyId;
  readonly order?: IntentId;
  /** Since when; both absent: since it was first seen by this run. */
  readonly sinceMarket?: Millis;
  readonly sinceWall?: Millis;
  readonly inputs?: NoteInputs;
}
