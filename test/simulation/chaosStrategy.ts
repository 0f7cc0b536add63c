/**
 * A strategy without a plan: on every bar, fill and end of an order it may enter, leave, cancel or change its mind, so that many
 * orders are under way at once. Deterministic like any other; its dice are part of its snapshot.
 */
import { dec } from '../../src/core/domain/decimal.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { OrderRecord, Proposal } from '../../src/core/domain/order.ts';
import type { Bar } from '../../src/core/domain/market.ts';
import type {
  Strategy,
  StrategyContext,
  StrategySpec,
} from '../../src/core/strategies/contract.ts';
import { Random, type RandomState } from '../../src/core/domain/random.ts';

/** Things done at most per bar. */
const ACTIONS_MAX = 3;
/** Quote of one entry; fractions of a cent occur. */
interface EntryQuote {
  readonly lowest: number;
  readonly highest: number;
}
/** Decimals of the quote of an entry. */
const QUOTE_DECIMALS = 4;
/** Farthest limit price from the last, as a fraction. */
const REACH = 0.003;
/** Chance of an answer to a fill, and to the end of an order. */
const ANSWER_CHANCE = 0.35;

export class ChaosStrategy implements Strategy {
  readonly warmUpBars = 1;
  readonly #random: Random;
  readonly #entry: EntryQuote;
  #tags = 0;

  constructor(spec: StrategySpec, seed: number) {
    this.#random = Random.stream(seed, `chaos/${spec.id}`);
    this.#entry = spec.params as EntryQuote;
  }

  update(_bar: Bar): void {
    return;
  }

  onBar(_bar: Bar, context: StrategyContext): void {
    const actions = 1 + Math.floor(this.#random.uniform() * ACTIONS_MAX);
    for (let count = 0; count < actions; count += 1) this.#act(context);
  }

  onFill(_order: OrderRecord, _fill: unknown, context: StrategyContext): void {
    if (this.#random.uniform() < ANSWER_CHANCE) this.#leave(context);
  }

  onOrderClosed(_order: OrderRecord, context: StrategyContext): void {
    if (this.#random.uniform() < ANSWER_CHANCE) this.#enter(context);
  }

  onStopped(): void {
    return;
  }

  snapshot(): Json {
    return { random: [...this.#random.state()], tags: this.#tags };
  }

  restore(snapshot: Json): void {
    const { random, tags } = snapshot as { random: number[]; tags: number };
    const [a = 0, b = 0, c = 0, d = 0] = random;
    this.#random.restore([a, b, c, d] satisfies RandomState);
    this.#tags = tags;
  }

  #act(context: StrategyContext): void {
    const roll = this.#random.uniform();
    if (roll < 0.5) this.#enter(context);
    else if (roll < 0.75) this.#leave(context);
    else this.#cancelOne(context);
  }

  #enter(context: StrategyContext): void {
    const { lowest, highest } = this.#entry;
    const quote = dec(
      (lowest + this.#random.uniform() * (highest - lowest)).toFixed(QUOTE_DECIMALS),
    );
    this.#place(context, { purpose: 'entry', side: 'buy', quote });
  }

  #leave(context: StrategyContext): void {
    const { amount } = context.position;
    if (amount.lte(0)) return;
    const share = this.#random.uniform() < 0.5 ? 1 : 0.5;
    this.#place(context, { purpose: 'exit', side: 'sell', amount: amount.times(share) });
  }

  #place(
    context: StrategyContext,
    wish: Pick<Proposal, 'purpose' | 'side' | 'quote' | 'amount'>,
  ): void {
    this.#tags += 1;
    const common = { ...wish, reason: 'CHAOS', tag: `c${this.#tags % 7}` };
    const roll = this.#random.uniform();
    if (roll < 0.4) {
      context.place({ ...common, type: 'market' });
      return;
    }
    const away = (this.#random.uniform() * 2 - 0.7) * REACH;
    const price = context.lastPrice * (wish.side === 'buy' ? 1 - away : 1 + away);
    context.place({ ...common, price, type: roll < 0.8 ? 'limit' : 'limit_maker' });
  }

  #cancelOne(context: StrategyContext): void {
    const { openOrders } = context;
    const order = openOrders[Math.floor(this.#random.uniform() * openOrders.length)];
    if (order) context.cancel(order.intent.intentId, 'CHAOS');
  }
}
