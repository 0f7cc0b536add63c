/**
 * Several strategies with a stop on one market, and an exchange that holds only so many orders with a trigger. Everything that
 * is planned is sent at once and answered, cancels as well, until nothing moves any more.
 */
import { dec, sumOf, toText } from '../../src/core/domain/decimal.ts';
import type { Command } from '../../src/core/domain/commands.ts';
import type { EngineEvent } from '../../src/core/domain/events.ts';
import { exchangeOrderId, strategyId, tradeId, type IntentId } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { Note } from '../../src/core/domain/notes.ts';
import type { OrderIntent, ReportedStatus } from '../../src/core/domain/order.ts';
import { createEngine } from '../../src/core/engine/create.ts';
import type { EngineState, StrategyRuntime } from '../../src/core/engine/state.ts';
import { step } from '../../src/core/engine/step.ts';
import { createLedger } from '../../src/core/ledger/ledger.ts';
import type { StrategyContext } from '../../src/core/strategies/contract.ts';
import { aCandle, aControl, aSpec, ScriptedStrategy, SETUP } from './engine.ts';
import { aFill, anInstrument, BTC_USDT, T0, USDT } from './orders.ts';

export interface CrowdOptions {
  readonly strategies: number;
  /** What the market's rules say. */
  readonly rules?: Partial<Instrument>;
  /** What the exchange really takes, in case its list does not say so: others have orders there, too. */
  readonly stopsTaken?: number;
}

export class Crowd {
  readonly state: EngineState;
  readonly notes: Note[] = [];
  /** Stops that the exchange refused for want of a place. */
  refused = 0;
  stopsTaken: number;
  instrument: Instrument;
  #price = 100;
  #trades = 0;
  #bars = 0;
  readonly #strategies: readonly ScriptedStrategy[];
  readonly #held = new Map<IntentId, { readonly intent: OrderIntent; isOpen: boolean }>();

  constructor({ strategies, rules = {}, stopsTaken }: CrowdOptions) {
    this.instrument = anInstrument({ triggers: 'stop', ...rules });
    this.stopsTaken = stopsTaken ?? rules.maxTriggerOrders ?? Infinity;
    const made = Array.from({ length: strategies }, (_none, index) => ({
      spec: aSpec({ id: strategyId(`s${index}`), stopLoss: 0.1, budget: dec('10000') }),
      strategy: new ScriptedStrategy(),
    }));
    this.#strategies = made.map(({ strategy }) => strategy);
    const ledger = createLedger([{ asset: USDT, amount: dec('100000') }]);
    const setup = { ...SETUP, instruments: [this.instrument], strategies: made, ledger };
    this.state = createEngine(setup, new Map());
    this.step(aControl('arm'));
    this.trade(100);
  }

  /** The stops that the exchange holds, as `strategy @trigger`, the highest first. */
  get held(): string[] {
    return [...this.#held.values()]
      .filter(({ intent, isOpen }) => isOpen && intent.type === 'stop')
      .sort((a, b) => Number(b.intent.trigger) - Number(a.intent.trigger))
      .map(({ intent }) => `${intent.strategyId} @${toText(intent.trigger ?? dec(0))}`);
  }

  /** What the stops that the exchange holds come to. */
  get sums(): string {
    const stops = [...this.#held.values()].filter(
      ({ intent, isOpen }) => isOpen && intent.type === 'stop',
    );
    return toText(sumOf(stops.map(({ intent }) => intent.amount)));
  }

  /** What was sold at the market. */
  get sold(): string {
    const sales = [...this.#held.values()].filter(
      ({ intent }) => intent.type === 'market' && intent.side === 'sell',
    );
    return toText(sumOf(sales.map(({ intent }) => intent.amount)));
  }

  get codes(): string[] {
    return this.notes.map(({ code }) => code);
  }

  runtime(index: number): StrategyRuntime {
    const runtime = this.state.strategies.get(strategyId(`s${index}`));
    if (!runtime) throw new Error(`no strategy ${index}`);
    return runtime;
  }

  /** A strategy buys one at a price and is guarded at nine tenths of it. */
  enter(index: number, price: number): void {
    this.trade(price);
    this.act(index, (context) => {
      context.place({
        purpose: 'entry',
        side: 'buy',
        type: 'market',
        amount: dec('1'),
        reason: 'TEST_BUY',
        tag: 'entry',
      });
    });
  }

  /** It sells everything. */
  leave(index: number): void {
    this.act(index, (context) => {
      context.place({
        purpose: 'exit',
        side: 'sell',
        type: 'market',
        amount: context.position.amount,
        reason: 'TEST_SELL',
        tag: 'exit',
      });
    });
  }

  /** Has a strategy do something on its next bar, which is flat at the last price. */
  act(index: number, what: (context: StrategyContext) => void): void {
    const strategy = this.#strategies[index];
    if (!strategy) throw new Error(`no strategy ${index}`);
    strategy.onNextBar = what;
    this.#bars += 1;
    const candle = aCandle(this.#bars - 10_000, this.#price);
    this.step({ ...candle, at: this.state.now });
  }

  trade(price: number, seconds = 1): void {
    this.#price = price;
    const at = Math.max(T0, this.state.now) + seconds * 1000;
    this.step({ kind: 'trade', at, symbol: BTC_USDT, price, amount: 1, side: 'buy' });
  }

  rules(change: Partial<Instrument>): void {
    this.instrument = { ...this.instrument, ...change };
    if (change.maxTriggerOrders !== undefined) this.stopsTaken = change.maxTriggerOrders;
    this.step({ kind: 'rules', at: this.state.now, instrument: this.instrument });
  }

  step(event: EngineEvent): void {
    const events = [event];
    for (let turn = 0; turn < 1_000; turn += 1) {
      const next = events.shift();
      if (!next) return;
      const { notes, commands } = step(this.state, next);
      this.notes.push(...notes);
      for (const command of [...commands]) events.push(...this.#carryOut(command));
    }
    throw new Error('the exchange and the engine do not come to rest');
  }

  #carryOut(command: Command): EngineEvent[] {
    if (command.kind === 'place') return this.#place(command.order);
    if (command.kind !== 'cancel') return [];
    const held = this.#held.get(command.intentId);
    if (held?.isOpen !== true) return [];
    held.isOpen = false;
    return [this.#report(held.intent, 'canceled')];
  }

  #place(intent: OrderIntent): EngineEvent[] {
    const { intentId, clientOrderId, type, side, amount } = intent;
    const { now: at } = this.state;
    const about = { kind: 'outcome', at, intentId, clientOrderId, message: '' } as const;
    const sending: EngineEvent = { ...about, outcome: 'sending' };
    if (type === 'stop' && this.held.length >= this.stopsTaken) {
      this.refused += 1;
      const symbol = BTC_USDT;
      return [sending, { ...about, outcome: 'rejected' }, { kind: 'crowded', at, symbol }];
    }
    this.#held.set(intentId, { intent, isOpen: type !== 'market' });
    if (type !== 'market') return [sending, this.#report(intent, 'open')];
    this.#trades += 1;
    const fill = aFill({
      tradeId: tradeId(`t${this.#trades}`),
      exchangeOrderId: exchangeOrderId(`e-${intentId}`),
      clientOrderId,
      ...{ side, amount, at },
      price: dec(this.#price),
      fee: dec('0'),
    });
    return [sending, { kind: 'fill', at, fill }, this.#report(intent, 'closed')];
  }

  #report(intent: OrderIntent, status: ReportedStatus): EngineEvent {
    const { clientOrderId, intentId, symbol, amount } = intent;
    const { now: at } = this.state;
    const filled = status === 'closed' ? amount : dec('0');
    return {
      kind: 'report',
      at,
      report: {
        ...{ clientOrderId, symbol, status, filled, at },
        exchangeOrderId: exchangeOrderId(`e-${intentId}`),
        fills: [],
      },
    };
  }
}
