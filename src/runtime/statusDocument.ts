/** What the status document holds. Money and amounts are text; what is not known is null. */
import type { NoteInputs } from '../core/domain/notes.ts';
import type { AttentionItem } from '../core/reporting/attention.ts';
import type { HealthReading } from './health.ts';
import type { QueueStats } from '../ports/orderQueue.ts';

/** removed: no file has it any more, or its file says another market; what it holds is looked after by nobody. */
export interface StrategyStatus {
  readonly id: string;
  readonly kind: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly state:
    | 'active'
    | 'failed'
    | 'cannot-trade'
    | 'warming-up'
    | 'stopping'
    | 'paused'
    | 'cooling-down'
    | 'waiting'
    | 'removed';
  readonly budget: string;
  /** What is held on purpose; what earlier sales left is in `dust`. */
  readonly position: {
    readonly amount: string;
    readonly cost: string;
    readonly average_price: string | null;
    /** What was booked into it, less what was booked out of it, without a fill; null: there was nothing. */
    readonly booked: { readonly amount: string; readonly cost: string } | null;
    /** Of the amount, what the account does not have: it can be neither sold nor guarded. */
    readonly not_there: string;
  };
  readonly realised_pnl: string;
  readonly unrealised_pnl: string | null;
  readonly fees_quote: string;
  readonly fills: number;
  readonly open_orders: number;
  /**
   * Who sells the position at its stop. exchange: a stop there, for everything · partly: for a part, the rest is sold here when it
   * fills · here: this process watches the price. Null without a stop, and with nothing to sell.
   */
  readonly protection: {
    readonly where: 'exchange' | 'partly' | 'here';
    readonly stop_price: number;
    readonly at_exchange: string;
    /** Why it is not there; empty where it is. */
    readonly why: string;
  } | null;
  /** An exit of more than the exchange takes in one order: what is left of it, and the largest part. Null while there is none. */
  readonly exit_in_parts: { readonly left: string; readonly largest: string } | null;
  readonly last_decision: {
    readonly at: string | null;
    readonly code: string;
    /** The decision in words, and the cause after it where there is one. */
    readonly text: string;
    readonly inputs: NoteInputs;
    /** Why an order that it wanted came to nothing; null when none did. */
    readonly cause: { readonly code: string; readonly text: string } | null;
  };
}

export interface StatusDocument {
  readonly schema_version: number;
  readonly running: boolean;
  readonly mode: string;
  readonly state: string;
  /** Why it is paused or failed, or what keeps it from doing something; empty when there is nothing to say. */
  readonly state_reason: string;
  /** Everything that a person must act on, the most important first, each until it is over; `docs/reference/attention.md`. */
  readonly attention: readonly AttentionItem[];
  readonly pid: number;
  readonly version: string;
  /** Of the process: a reload does not begin it anew. */
  readonly uptime_s: number;
  readonly market_time: string | null;
  readonly config: { readonly file: string; readonly hash: string; readonly loaded_at: string };
  readonly exchange: {
    readonly id: string;
    readonly venue: string;
    readonly private_stream: boolean;
    readonly markets: readonly {
      readonly symbol: string;
      readonly last_price: number | null;
      readonly data_age_ms: number | null;
      readonly stale: boolean;
      readonly halted: string | null;
    }[];
    /** Markets that were traded before and that the exchange has halted or does not list any more. */
    readonly gone: readonly { readonly symbol: string; readonly why: string }[];
  };
  readonly queue: { readonly backend: string } & Omit<QueueStats, 'warning'> & {
      /** Jobs the queue had lost and the journal drove again. */
      readonly redriven: number;
      /** Why the queue does not answer right now; null while it does. */
      readonly trouble: string | null;
      /** What to mend although it answers, as an eviction policy that was changed; null while nothing is. */
      readonly warning: string | null;
    };
  readonly database: {
    readonly file: string;
    readonly orders: number;
    readonly fills: number;
    readonly notes: number;
  };
  /** What is recorded of this run; null when nothing is to be. */
  readonly recording: {
    readonly file: string;
    readonly since: string | null;
    readonly events: number;
    /** On disk: of this run, and of all that are kept. */
    readonly bytes: number;
    readonly bytes_in_all: number;
    /** Why it has stopped; null while it goes on. */
    readonly stopped: string | null;
  } | null;
  readonly equity: {
    readonly quote: string;
    readonly value: string | null;
    readonly opening: string | null;
    readonly pnl: string | null;
    readonly unpriced: readonly string[];
  };
  readonly balances: readonly {
    readonly asset: string;
    readonly opening: string;
    readonly total: string;
  }[];
  /**
   * What is too little to be sold, by whose sale it was left: beside the positions, so that position + dust is what the strategy has
   * of the account. It goes with the strategy's next sale. `value` null: no price is known.
   */
  readonly dust: readonly {
    readonly strategy: string;
    readonly symbol: string;
    readonly asset: string;
    readonly amount: string;
    readonly cost: string;
    readonly value: string | null;
  }[];
  readonly risk: {
    readonly paused: boolean;
    /** What was given with `pause`; null while entries are on. */
    readonly pause_reason: string | null;
    readonly exposure: string;
    readonly max_total_exposure: string;
    readonly open_orders: number;
    readonly max_open_orders: number;
    readonly unknown_orders: number;
    readonly balance_drift: string | null;
  };
  readonly strategies: readonly StrategyStatus[];
  /** Positions of strategies that are not configured any more: nothing manages them. */
  readonly unmanaged: readonly {
    readonly strategy: string;
    readonly symbol: string;
    readonly amount: string;
  }[];
  readonly health: HealthReading & { readonly rss_bytes: number };
}
