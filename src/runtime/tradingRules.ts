/** The markets' trading rules, read again from time to time, and when an order has broken one that we did not know. */
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import { readListed } from './listed.ts';
import type { Session } from './session.ts';

/** A list of markets is large: doubts do not have it read more often than this. */
const DOUBT_MS_MIN = 60_000;

export interface TradingRulesDeps {
  readonly session: Session;
  readonly gateway: Pick<ExchangeGateway, 'instruments'>;
  readonly clock: Clock;
  readonly symbols: readonly MarketSymbol[];
}

export class TradingRules {
  readonly #deps: TradingRulesDeps;
  #doubtedMs = -Infinity;
  #announceDoubt: () => void = () => undefined;

  constructor(deps: TradingRulesDeps) {
    this.#deps = deps;
  }

  /** Called when the rules should be read again soon. Must not throw. */
  onDoubt(listener: () => void): void {
    this.#announceDoubt = listener;
  }

  /** An order has broken a rule that we did not know. */
  doubt(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#doubtedMs < DOUBT_MS_MIN) return;
    this.#doubtedMs = nowMs;
    this.#announceDoubt();
  }

  /** Reads them and tells the engine; a market that is gone keeps its rules. @throws Error `GATEWAY_FAILED` */
  async read(): Promise<void> {
    const { session, gateway, symbols } = this.#deps;
    const { instruments } = await readListed(gateway, symbols);
    for (const instrument of instruments)
      session.dispatch({ kind: 'rules', at: session.state.now, instrument });
  }
}
