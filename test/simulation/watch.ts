/** The invariants that are checked while it happens: at each commit, before each order leaves, and after each event. */
import type { Note } from '../../src/core/domain/notes.ts';
import { ORDER_STATES, type ApprovedOrder, type OrderRecord } from '../../src/core/domain/order.ts';
import type { MarketSymbol } from '../../src/core/domain/ids.ts';
import type { OrderRef } from '../../src/ports/exchangeGateway.ts';
import type { OrderChange, Recovered, StepRecord } from '../../src/ports/journal.ts';
import { isLegal, isTerminal } from '../../src/core/orders/transitions.ts';
import type { AccountTrade, Order } from '../../src/simulator/engine/types.ts';
import { quoteAtWork, wrongReservation } from './bookkeeping.ts';
import { bookDifference } from './bookSums.ts';
import { DustCheck } from './dustCheck.ts';
import { exact, ZERO, type Exact } from './exact.ts';
import { lotsText, type TradeRow } from './exchange.ts';
import { checkHalt, type World } from './haltCauses.ts';
import type { Host, ProcessView, Watcher } from './host.ts';
import { STALE_AFTER_MS } from './process.ts';
import { Protection } from './protection.ts';
import { JournalReader } from './reader.ts';
import { LIMITS } from './specs.ts';
import { Violation, type InvariantId } from './violation.ts';
import { WaysOut } from './waysOut.ts';

/** A price farther from the truth than this is no price. */
const PRICE_ERROR_MAX = 0.3;
/** The watchdog looks every quarter of the time; data may just have been on its way. */
const STALE_SLACK_MS = STALE_AFTER_MS / 4 + 150;
const CLOSED: ReadonlySet<string> = new Set(ORDER_STATES.filter(isTerminal));
const ALARMS: ReadonlySet<string> = new Set(['LATE_FILL', 'LATE_ORDER', 'TRANSITION_ILLEGAL']);
const INBOX_MAX = 70_000;
const TIMERS_MAX = 3_000;
/** Hints that may be given again although the queue has lost none: one that is being handed over counts nowhere. */
const REDRIVEN_SLACK = 3;
/** Steps between looks at what should stay small. */
const BOUNDS_EVERY = 256;
const PROTECTION_EVERY = 16;
/** Virtual time after which an exit must not be refused for a filter again: by then new rules must have been read, and are kept. */
const BROKEN_EXIT_MS_MAX = 65_000;

export class Watch implements Watcher {
  /** How often each transition was committed, as `FROM→TO`. */
  readonly transitions = new Map<string, number>();
  /** How often each note was committed. */
  readonly notes = new Map<string, number>();
  /** Client ids of orders that the books need not know: an old journal was put back since they were sent. */
  readonly forgotten = new Set<string>();
  readonly #host: Host;
  readonly #world: World;
  readonly #protection: Protection;
  readonly #waysOut: WaysOut;
  readonly #dust = new DustCheck();
  /** What left, by client id, with its name in the trace. */
  readonly #sent = new Map<string, string>();
  #reader: JournalReader | undefined;
  #fills = new Set<string>();
  /** Last committed state by client id. */
  readonly #states = new Map<string, string>();
  /** Client ids of orders that were sent, and of which an old copy of the journal says that they were not. */
  readonly #unsentByCopy = new Set<string>();
  /** Trades that were alarmed as nobody's. */
  readonly #foreign = new Set<string>();
  /** Virtual time since which all exits of a strategy were refused for a filter. */
  readonly #brokenExits = new Map<string, number>();
  #isDirty = false;

  constructor(host: World) {
    this.#host = host;
    this.#world = host;
    this.#protection = new Protection(host);
    this.#waysOut = new WaysOut(host);
  }

  /** Orders that left, all runs together. */
  get ordersSent(): number {
    return this.#sent.size;
  }

  /** The file as it is now. */
  get reader(): JournalReader {
    this.#reader ??= new JournalReader(this.#host.disk.path);
    return this.#reader;
  }

  /** The file is about to be another one. */
  closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  recovered(process: ProcessView, { orders }: Recovered): void {
    this.#host.trace.say(
      `process ${process.number}: epoch ${process.epoch}, ${orders.length} open orders in the journal`,
    );
    this.#fills = new Set(this.reader.fills().map(({ key }) => key));
    this.#countDoubted(orders);
    this.#states.clear();
    this.#protection.restarted(this.reader.alarmed());
    this.#dust.restarted(this.reader);
    for (const order of this.reader.orders()) this.#states.set(order.clientOrderId, order.state);
    const { exchange } = this.#host;
    for (const clientOrderId of this.#sent.keys()) {
      if (this.forgotten.has(clientOrderId)) continue;
      const state = this.#states.get(clientOrderId);
      // A copy may be older than the sending of an order that it knows: then the exchange is asked, and says so.
      if (state === 'PLANNED' && this.#host.isRestored) {
        this.#unsentByCopy.add(clientOrderId);
        if (!exchange.claims.isHidden(clientOrderId)) continue;
      } else if (state !== undefined) continue;
      // Whether it has arrived or is still on its way: the copy does not know of its sending.
      if (this.#host.isRestored) this.forgotten.add(clientOrderId);
      else if (exchange.placed.has(clientOrderId))
        this.#fail('I7', `order ${clientOrderId} is at the exchange, the journal has no intent`);
    }
    this.#isDirty = true;
  }

  /** What the taking of the epoch has made UNKNOWN. */
  #countDoubted(orders: Recovered['orders']): void {
    for (const { intent, state } of orders) {
      const before = this.#states.get(intent.clientOrderId);
      const isDoubted = state === 'UNKNOWN' && (before === 'PLANNED' || before === 'SENDING');
      if (isDoubted) count(this.transitions, `${before}→UNKNOWN`);
    }
  }

  sending(process: ProcessView, order: ApprovedOrder): void {
    const { intentId, clientOrderId, purpose } = order;
    const name = `#${order.sequence}`;
    this.#host.trace.say(`process ${process.number} sends ${name}`);
    // An old copy does not know of a sending that the exchange refused: nothing tells it, and nothing stands.
    const isUnknown =
      this.#unsentByCopy.has(clientOrderId) && !this.#host.exchange.placed.has(clientOrderId);
    if (this.#sent.has(clientOrderId) && !isUnknown) this.#fail('I1', `${name} was sent before`);
    this.#sent.set(clientOrderId, name);
    this.#waysOut.left(clientOrderId);
    this.#protection.sending(order);
    this.#checkRow(process, intentId, name);
    const state = process.trader.parts?.session.state;
    const difference = state ? bookDifference(state) : '';
    if (difference !== '') this.#fail('I5', difference);
    this.#checkRules(process, order, name);
    if (purpose === 'entry') this.#entryLeaves(process, order, name);
  }

  #checkRow(process: ProcessView, intentId: string, name: string): void {
    const row = this.reader.send(intentId);
    if (row?.state !== 'SENDING' && row?.state !== 'PLANNED')
      this.#fail('I7', `${name} leaves, the journal says ${row?.state ?? 'nothing'}`);
    else if (row.epoch !== process.epoch || row.newest !== process.epoch)
      this.#fail(
        'I7',
        `${name}, planned in epoch ${row.epoch}, leaves a process of epoch ${process.epoch}, the newest epoch is ${row.newest}`,
      );
  }

  /** R14: what the engine has learned of the exchange's rules holds for what it sends. */
  #checkRules({ trader }: ProcessView, order: ApprovedOrder, name: string): void {
    const instrument = trader.parts?.session.state.markets.get(order.symbol)?.instrument;
    const value = exact(order.amount).times(exact(order.referencePrice));
    if (instrument && value.lt(exact(instrument.minNotional)))
      this.#fail('I5', `${name} leaves with ${value.toString()}, below the minimum that is known`);
  }

  cancelling(process: ProcessView, { clientOrderId }: OrderRef): void {
    const name = this.#sent.get(clientOrderId) ?? `${clientOrderId}, which was never sent`;
    this.#host.trace.say(`process ${process.number} cancels ${name}`);
    const session = process.trader.parts?.session;
    const order = session
      ?.liveOrders()
      .find(({ intent }) => intent.clientOrderId === clientOrderId);
    // One of its own that an old copy of the journal has lost.
    const isLost = [...(session?.state.strangers.values() ?? [])].some(
      (stranger) =>
        stranger.clientOrderId === clientOrderId && stranger.isLost && stranger.asked > 0,
    );
    if (order?.cancelRequested !== true && !(isLost && this.#sent.has(clientOrderId)))
      this.#fail('I6', `a cancel of ${name} leaves, and nobody wants it cancelled`);
  }

  committed(step: StepRecord): void {
    this.#isDirty = true;
    for (const { order } of step.intents)
      this.#host.trace.say(
        `#${order.sequence} is planned by ${order.strategyId}: ${wordsOf(order)}`,
      );
    for (const { order } of step.intents) {
      this.#waysOut.planned(order);
      this.#host.planned(order);
    }
    for (const change of step.changes) this.#changed(change, step);
    for (const { intent, state } of step.orders) this.#states.set(intent.clientOrderId, state);
    for (const note of step.notes) this.#noted(note);
    this.#tried(() => this.#dust.committed(step, this.#host.process));
    for (const { fill } of step.fills) this.#filled(fill.symbol, fill.tradeId, exact(fill.amount));
    const entries = step.intents.filter(({ order }) => order.purpose === 'entry');
    if (entries.length > 0)
      this.#checkExposure(new Set<string>(entries.map(({ order }) => order.strategyId)));
  }

  #noted(note: Note): void {
    const { code, symbol = '', inputs } = note;
    count(this.notes, code);
    this.#protection.noted(note);
    if (code === 'HALT') this.#tried(() => checkHalt(this.#world, note));
    if (code === 'FOREIGN_FILL')
      this.#foreign.add(`${symbol.replace('/', '')} ${String(inputs['tradeId'])}`);
  }

  #changed({ intentId, from, to, message }: OrderChange, step: StepRecord): void {
    count(this.transitions, `${from}→${to}`);
    const order = step.orders.find(({ intent }) => intent.intentId === intentId);
    const name = `#${order?.intent.sequence ?? '?'}`;
    this.#host.trace.say(`${name} ${from} → ${to}${message === '' ? '' : `: ${message}`}`);
    if (!isLegal(from, to)) this.#fail('I6', `${name} goes from ${from} to ${to}: not legal`);
    if (!order) return;
    if (from === 'SENDING') this.#answered(order, to);
    if (isTerminal(from)) this.#revived(order, `${name}, ${from},`, step);
    if (isTerminal(to)) this.#ended(order.intent.clientOrderId, name, to, exact(order.filled));
  }

  /** I13: an exit that breaks a rule of the market is not sent again and again as it is. */
  #answered({ intent, message }: OrderRecord, to: string): void {
    const { purpose, strategyId, sequence } = intent;
    if (purpose !== 'exit') return;
    const isBroken = to === 'REJECTED' && message.includes('Filter failure');
    if (!isBroken) {
      this.#brokenExits.delete(strategyId);
      return;
    }
    const { now } = this.#host.scheduler;
    const sinceMs = this.#brokenExits.get(strategyId) ?? now;
    this.#brokenExits.set(strategyId, sinceMs);
    if (now - sinceMs > BROKEN_EXIT_MS_MAX)
      this.#fail(
        'I13',
        `for ${BROKEN_EXIT_MS_MAX} ms nothing but refusals, now of #${sequence}: ${message}`,
      );
  }

  /** Only the exchange's contradicting itself, or an old copy of the journal, brings an ended order back; and somebody is told. */
  #revived({ intent }: OrderRecord, name: string, { notes }: StepRecord): void {
    const { intentId, clientOrderId } = intent;
    if (!this.#isContradicted(clientOrderId))
      this.#fail('I5', `${name} is alive again: it was given up too early`);
    const isTold = notes.some((note) => note.intentId === intentId && ALARMS.has(note.code));
    if (!isTold) this.#fail('I6', `${name} is alive again, and nobody was told`);
  }

  /** Under this client id trades what the books need not know: nobody's of ours, or an order that the exchange has lied about. */
  isOutside(clientOrderId: string): boolean {
    return (
      !this.reader.knows(clientOrderId) ||
      this.forgotten.has(clientOrderId) ||
      this.#isContradicted(clientOrderId)
    );
  }

  isContradictedIntent(intentId: string): boolean {
    const clientOrderId = this.reader.clientOrderIdOf(intentId);
    return clientOrderId !== undefined && this.#isContradicted(clientOrderId);
  }

  #isContradicted(clientOrderId: string): boolean {
    const { lies } = this.#host.exchange.claims;
    return lies.has(clientOrderId) || this.#unsentByCopy.has(clientOrderId);
  }

  /** A trade of an order that the exchange has lied about; nobody could know it any more, and what it moved was alarmed. */
  isDisowned({ clientOrderId, instrument, id }: AccountTrade): boolean {
    const isAlarmed =
      this.#foreign.has(`${instrument.id} ${id}`) || this.notes.has('BALANCE_DRIFT');
    return this.#isContradicted(clientOrderId) && isAlarmed;
  }

  /** I2: what a process was told of an order of its own it has on record, unless it can take in nothing for now. */
  told({ trader, alive }: ProcessView, row: TradeRow, symbol: MarketSymbol): void {
    const session = trader.parts?.session;
    if (!alive || session?.stopped !== false || session.standstill !== '') return;
    const { id, clientOrderId = '' } = row;
    if (this.reader.knows(clientOrderId) && !this.#fills.has(`${symbol} ${id}`))
      this.#fail('I2', `fill ${id} of ${symbol} was told, and is not on record`);
  }

  /** After every event. */
  afterEvent(): void {
    this.#waysOut.check();
    const { process, scheduler } = this.#host;
    if (process) this.#forgiveStanding(process);
    if (scheduler.steps % BOUNDS_EVERY === 0 && process) this.#checkBounds(process);
    if (process?.isRunning === true && scheduler.steps % PROTECTION_EVERY === 0)
      this.#protection.check(process);
    if (!this.#isDirty) return;
    this.#isDirty = false;
    if (process?.isRunning !== true) return;
    this.#checkLiveOrders(process);
    this.#checkReservations(process);
  }

  /** No rules are read, and nothing is heard, while it stands still. */
  #forgiveStanding({ frozenUntil }: ProcessView): void {
    if (frozenUntil > this.#host.scheduler.now) this.#brokenExits.clear();
  }

  /** Something changed at the exchange. */
  exchangeChanged(): void {
    this.#isDirty = true;
    for (const [clientOrderId, orders] of this.#host.exchange.placed) {
      if (orders.length > 1 && this.#sent.has(clientOrderId))
        this.#fail('I1', `${orders.length} exchange orders have the client id ${clientOrderId}`);
    }
  }

  #entryLeaves(process: ProcessView, order: ApprovedOrder, name: string): void {
    const { exchange, scheduler, disk } = this.#host;
    const { symbol } = order;
    const { paused, halted } = this.reader.flags();
    if (paused || halted.has(symbol))
      this.#fail('I9', `entry ${name} leaves while ${paused ? 'paused' : `${symbol} is halted`}`);
    if (disk.refusedSince !== undefined && disk.refusedSince < scheduler.now - 100)
      this.#fail('I9', `entry ${name} leaves while the disk is full`);
    const age = scheduler.now - (process.feed.arrivals.get(symbol) ?? 0);
    if (age > STALE_AFTER_MS + STALE_SLACK_MS)
      this.#fail('I8', `entry ${name} leaves on data of ${symbol} that is ${age} ms old`);
    const truth = exchange.market(symbol).lastPrice;
    const error = Math.abs(order.referencePrice.toNumber() / truth - 1);
    if (error > PRICE_ERROR_MAX)
      this.#fail(
        'I8',
        `entry ${name} at ${order.referencePrice.toString()}, the price is ${truth}`,
      );
  }

  /** An order is over: then nothing of it may live at the exchange, and every fill of it must be booked. */
  #ended(clientOrderId: string, name: string, state: string, filled: Exact): void {
    const { exchange } = this.#host;
    if (this.forgotten.has(clientOrderId) || this.#isContradicted(clientOrderId)) return;
    for (const order of exchange.placed.get(clientOrderId) ?? []) {
      const isRefused = state === 'REJECTED' && exchange.claims.statusOf(order) !== 'rejected';
      if (state === 'NOT_PLACED' || isRefused)
        this.#fail('I5', `${name} is given up as ${state}, exchange order ${order.id} exists`);
      const executed = executedOf(order, 0);
      // What the exchange does not tell yet need not be booked.
      if (filled.lt(executedOf(order, exchange.unseenOf(order))) || filled.gt(executed))
        this.#fail(
          'I2',
          `${name} ends as ${state} with ${filled.toString()} booked, ${executed.toString()} executed`,
        );
    }
  }

  #filled(symbol: string, tradeId: string, amount: Exact): void {
    const key = `${symbol} ${tradeId}`;
    if (this.#fills.has(key)) this.#fail('I2', `fill ${key} is booked a second time`);
    this.#fills.add(key);
    const { exchange } = this.#host;
    const id = symbol.replace('/', '');
    const trade = [...exchange.account.trades.select({ instrumentId: id })].find(
      (candidate) => String(candidate.id) === tradeId,
    );
    if (!trade) this.#fail('I2', `fill ${key} never happened`);
    else if (!exact(lotsText(trade.instrument, trade.lots)).eq(amount))
      this.#fail('I2', `fill ${key} is booked with ${amount.toString()}`);
  }

  /** What was just approved fits; only slippage of market orders may go beyond, later. */
  #checkExposure(entering: ReadonlySet<string>): void {
    const byStrategy = new Map<string, Exact>();
    const count = (id: string, quote: Exact): void => {
      byStrategy.set(id, (byStrategy.get(id) ?? ZERO).plus(quote));
    };
    const orders = this.reader.openOrders();
    for (const { strategyId, cost, dustCost } of this.reader.positions())
      count(strategyId, cost.minus(dustCost));
    for (const order of orders) count(order.strategyId, quoteAtWork(order));
    let total = ZERO;
    for (const exposure of byStrategy.values()) total = total.plus(exposure);
    if (total.gt(exact(LIMITS.maxTotalExposure)))
      this.#fail(
        'I5',
        `exposure is ${total.toString()}, the limit is ${LIMITS.maxTotalExposure.toString()}`,
      );
    for (const { id, budget } of this.#host.strategies.specs) {
      const exposure = byStrategy.get(id) ?? ZERO;
      if (entering.has(id) && exposure.gt(exact(budget)))
        this.#fail(
          'I5',
          `exposure of ${id} is ${exposure.toString()}, its budget ${budget.toString()}`,
        );
    }
  }

  /** What lives at the exchange is counted here. */
  #checkLiveOrders({ trader }: ProcessView): void {
    if (trader.parts?.session.stopped !== false) return;
    for (const { clientOrderId, id } of this.#host.exchange.account.open.values()) {
      if (!this.#sent.has(clientOrderId) || this.forgotten.has(clientOrderId)) continue;
      // Within bounds: quiet.ts waits for it.
      if (this.#isContradicted(clientOrderId)) continue;
      const state = this.#states.get(clientOrderId);
      if (state === undefined || CLOSED.has(state))
        this.#fail('I5', `exchange order ${id} is open, the books say ${state ?? 'nothing'} of it`);
    }
  }

  /** While a step is not written, the engine is ahead of the journal. */
  #checkReservations({ trader, epoch }: ProcessView): void {
    const session = trader.parts?.session;
    if (session?.stopped !== false || session.standstill !== '') return;
    if (epoch !== this.reader.newestEpoch()) return;
    const words = wrongReservation(session, this.reader);
    if (words !== '') this.#fail('I5', words);
  }

  #tried(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#host.violated(error);
    }
  }

  #checkBounds(process: ProcessView): void {
    const { scheduler, queue } = this.#host;
    const depth = process.trader.parts?.inbox.depth ?? 0;
    if (depth > INBOX_MAX) this.#fail('I11', `${depth} events wait in the inbox`);
    const timers = scheduler.waitingFor(process);
    if (timers > TIMERS_MAX) this.#fail('I11', `${timers} timers and deliveries wait`);
    if (queue.waiting > TIMERS_MAX) this.#fail('I11', `${queue.waiting} jobs wait in the queue`);
    const redriven = process.trader.parts?.sweeper.redriven ?? 0;
    if (redriven > queue.lost + REDRIVEN_SLACK)
      this.#fail('I11', `${redriven} hints were given again, ${queue.lost} were lost`);
  }

  #fail(invariant: InvariantId, detail: string): void {
    this.#host.violated(new Violation(invariant, detail));
  }
}

function wordsOf({
  purpose,
  type,
  side,
  amount,
  symbol,
  price,
  trigger,
  reason,
}: ApprovedOrder): string {
  const at = price?.toString() ?? (trigger ? `market below ${trigger.toString()}` : 'market');
  return `${purpose} ${type} ${side} ${amount.toString()} ${symbol} at ${at} (${reason})`;
}

/** What an order has executed, as far as anybody may know. */
function executedOf(order: Order, unseenLots: number): Exact {
  return exact(lotsText(order.instrument, order.filledLots - unseenLots));
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
