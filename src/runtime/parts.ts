/** What a trader is made of: everything that the journal's memory and the exchange's rules are needed for. */
import type { Condition } from '../core/domain/attention.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Journal, Recovered } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { MarketFeed } from '../ports/marketFeed.ts';
import type { OrderQueue } from '../ports/orderQueue.ts';
import type { Recorder } from '../ports/recorder.ts';
import { boot, type BootDeps, type Booted } from './boot.ts';
import { Commands } from './commands.ts';
import { ExchangeClock } from './exchangeClock.ts';
import { Holds } from './holds.ts';
import { Inbox } from './inbox.ts';
import { Intake } from './intake.ts';
import { LostOrders } from './lostOrders.ts';
import { OrderDesk } from './orderDesk.ts';
import type { Ask } from './patience.ts';
import { Permits } from './permits.ts';
import { Reconciler } from './reconcile.ts';
import { Resolver } from './resolve.ts';
import { Session } from './session.ts';
import { Sweeper } from './sweeper.ts';
import { TradingRules } from './tradingRules.ts';

/** What was done past the books while they could not be had. */
export interface Aftermath {
  /** Why entries stay off until the operator says otherwise. */
  readonly reason: string;
  /** Called when that is on record. */
  readonly settled: () => void;
}

export interface TraderDeps {
  readonly journal: Journal;
  readonly gateway: ExchangeGateway;
  readonly feed: MarketFeed;
  /** Absent: every way out is taken at once, and there are no entries to wait for. */
  readonly queue: OrderQueue | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: RiskLimits;
  readonly strategies: readonly { readonly spec: StrategySpec; readonly strategy: Strategy }[];
  /** Started to get out: entries are held off until the next start. */
  readonly exitsOnly?: boolean;
  /** Absent: nothing was done past the books. */
  readonly aftermath?: Aftermath | undefined;
  /** Wall time an intent may wait to be sent. */
  readonly orderTtlMs: number;
  /** Silence after which market data is stale. */
  readonly staleAfterMs: number;
  /** How late the event loop is, 99th percentile in milliseconds; absent where nobody measures. */
  readonly loopDelayMs?: () => number;
  /** What only the composition knows that a person must act on, while it lasts; absent where there is nothing. */
  readonly conditions?: () => readonly Condition[];
  /** Takes down what goes into the engine and what comes out; absent: nothing is recorded. */
  readonly recorder?: Recorder | undefined;
  /** Called before the last look at the exchange: a play market may stand still from then on. */
  readonly quietVenue: () => Promise<void>;
}

/** Everything made by boot. */
export interface Parts {
  readonly session: Session;
  readonly desk: OrderDesk;
  readonly sweeper: Sweeper;
  readonly resolver: Resolver;
  readonly reconciler: Reconciler;
  readonly exchangeClock: ExchangeClock;
  readonly inbox: Inbox;
  readonly intake: Intake;
  readonly holds: Holds;
  readonly rules: TradingRules;
  readonly symbols: readonly MarketSymbol[];
  /** Markets that were traded before and are not now. */
  readonly gone: Booted['gone'];
  /** Markets of strategies that the exchange does not list. */
  readonly unlisted: Booted['unlisted'];
  /** Market time at which each strategy's state was kept last before this run, removed strategies among them. */
  readonly keptAt: Recovered['keptAt'];
  /** The books are an older copy of themselves; undefined when they are not. */
  readonly oldCopy: Recovered['oldCopy'];
}

/** Recovers the journal and joins the parts. The queue delivers from here on; nothing is armed yet. */
export async function assemble(deps: TraderDeps, ask: Ask): Promise<Parts> {
  const { journal, clock, logger, gateway, feed, queue, orderTtlMs, staleAfterMs } = deps;
  const recovered = journal.recover();
  // First of all: an exchange refuses whatever is stamped with a clock that is off.
  const exchangeClock = new ExchangeClock(gateway);
  await ask('its clock', () => exchangeClock.measure());
  const means = { ...deps, gateway: asking(gateway, ask), wallMs: clock.wallMs() };
  const booted = await boot(means, recovered);
  const { state, symbols, gone, unlisted } = booted;
  for (const { symbol, why } of gone) logger.error({ symbol, why }, 'market is gone');
  const { recorder } = deps;
  const session = new Session({ state, journal, clock, logger, orderTtlMs, recorder });
  const holds = new Holds(session);
  const inbox = new Inbox((event) => {
    session.dispatch(event);
  });
  const intake = new Intake({ session, feed, inbox, clock, logger, staleAfterMs });
  const { lastFillAt, keptAt } = recovered;
  const reconciler = new Reconciler({ session, gateway, clock, logger, symbols, lastFillAt });
  const permits = new Permits({ clock, orderTtlMs, offsetMs: () => exchangeClock.offsetMs });
  const recancel = (order: OrderRecord): void => {
    desk.cancel(order);
  };
  const resolver = new Resolver({ session, gateway, clock, logger, exchangeClock, recancel });
  const resolve: Resolver['watch'] = (order) => {
    resolver.watch(order);
  };
  const rules = new TradingRules({ session, gateway, clock, symbols });
  const outlets = { queue, clock, logger };
  const desk = new OrderDesk({ ...outlets, session, gateway, permits, resolve, rules });
  const sweeper = new Sweeper({ ...outlets, desk });
  const lost = new LostOrders({ session, gateway, logger });
  const commands = new Commands({ session, desk, lost, intake, reconciler, logger });
  session.onCommand((command) => {
    commands.carryOut(command);
  });
  if (queue)
    await ask('its connection', () => queue.start((job) => desk.handle(job), recovered.instanceId));
  doubt(session, resolver, booted);
  return {
    session,
    desk,
    sweeper,
    resolver,
    reconciler,
    exchangeClock,
    inbox,
    intake,
    holds,
    rules,
    symbols,
    gone,
    unlisted,
    keptAt,
    oldCopy: recovered.oldCopy,
  };
}

/** The exchange as boot sees it: one that answers in the end. */
function asking(gateway: ExchangeGateway, ask: Ask): BootDeps['gateway'] {
  return {
    instruments: (of) => ask('trading rules', () => gateway.instruments(of)),
    balances: () => ask('balances', () => gateway.balances()),
  };
}

/** Whatever may have been sent by an earlier run, and cancels that were wished, are asked after. A way out in question is alarmed at once. */
function doubt(session: Session, resolver: Resolver, { orders }: Booted): void {
  for (const order of orders) {
    resolver.watch(order);
    if (order.state === 'UNKNOWN' && order.intent.purpose === 'exit')
      session.outcome(
        order,
        'late',
        'the last run may have sent it or not; it is being asked after',
      );
  }
}
