/** The running whole: boot → reconcile → warm up → stream → armed, and the way back. Knows no mode. */
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { OrderRecord, OrderState } from '../core/domain/order.ts';
import { Attention } from './attention.ts';
import { Farewell, type MarketFarewell } from './farewell.ts';
import { hasNoOrders, isFlat, sellAgain } from './goingFlat.ts';
import { assemble, type Parts, type TraderDeps } from './parts.ts';
import { Patience } from './patience.ts';
import type { Session } from './session.ts';
import { Upkeep } from './upkeep.ts';

const EXITS_ONLY = 'started for exits only; restart without --exits-only to trade';
/** Queue and adapters get at most this long to let go. */
const CLOSE_DEADLINE_MS = 5_000;
/** How soon the log tells of what needs attention. */
const ATTENTION_MS = 10_000;

export type StopMode = 'keep-orders' | 'cancel-orders' | 'flatten';

export interface StopResult {
  /** Orders still open at the exchange. */
  readonly openOrders: number;
  /** False when time ran out before everything the stop mode asks for was done. */
  readonly complete: boolean;
  /** Markets where the stop has done something, or where something is still held. */
  readonly markets: readonly MarketFarewell[];
}

/** Where a trader is in its life. */
export type TraderPhase =
  'starting' | 'reconciling' | 'warming-up' | 'running' | 'stopping' | 'stopped' | 'failed';

export class Trader {
  readonly deps: TraderDeps;
  readonly attention: Attention;
  phase: TraderPhase = 'starting';
  #parts: Parts | undefined;
  #upkeep: Upkeep | undefined;
  readonly #patience: Patience;
  #onWait: (words: string) => void = () => undefined;
  #onRelisted: (symbols: readonly MarketSymbol[]) => void = () => undefined;
  #givenUp = false;

  constructor(deps: TraderDeps) {
    this.deps = deps;
    this.attention = new Attention(deps);
    const { clock, logger } = deps;
    this.#patience = new Patience({ clock, logger, onWait: (words) => this.#onWait(words) });
  }

  /** What a start waits for, in words; empty when it does not wait. */
  get waiting(): string {
    return this.#patience.waiting;
  }

  /** Undefined until boot has read the journal and the exchange's rules. */
  get parts(): Parts | undefined {
    return this.#parts;
  }

  /** What runs continuously; undefined until boot is through with the journal. */
  get upkeep(): Upkeep | undefined {
    return this.#upkeep;
  }

  /**
   * Resolves when armed. What the exchange does not answer is asked again for as long as it takes; `onWait` hears what is waited
   * for, and an empty text when that is over. On failure everything started so far is let go and the error goes on.
   * @throws Error the definite refusal; `STOPPED` after `giveUp`.
   */
  async start(
    onReady: (session: Session) => void = () => undefined,
    onWait: (words: string) => void = () => undefined,
  ): Promise<void> {
    this.#onWait = onWait;
    const { ask } = this.#patience;
    const begunMs = this.deps.clock.monotonicMs();
    try {
      const parts = await assemble(this.deps, ask);
      const watch = (): Promise<void> => this.attention.watch(parts, upkeep);
      const duty = { name: 'attention', everyMs: ATTENTION_MS, task: watch };
      const upkeep: Upkeep = new Upkeep(this.deps, parts, [duty]);
      this.#parts = parts;
      this.#upkeep = upkeep;
      upkeep.silent.onRelisted((symbols) => {
        this.#onRelisted(symbols);
      });
      onReady(parts.session);
      // Prices first: a fill that happened while nobody looked is answered by a strategy that knows where the market is.
      this.phase = 'warming-up';
      await parts.intake.warmUp(ask);
      this.phase = 'reconciling';
      await upkeep.settle(ask);
      await this.#openFeed(parts, upkeep);
      await this.#outwait(parts, upkeep, begunMs);
      if (this.deps.exitsOnly === true) parts.holds.hold(EXITS_ONLY);
      this.#heedAftermath(parts);
      this.phase = 'running';
      parts.session.control({ action: 'arm', reason: 'start' });
      parts.sweeper.start();
      upkeep.start();
    } catch (error) {
      await this.#letGo();
      this.phase = this.#givenUp ? 'stopped' : 'failed';
      throw error;
    }
  }

  /** What the lost part of the books has sent must be seen before anything is decided anew: it cannot show later than this. */
  async #outwait(parts: Parts, upkeep: Upkeep, begunMs: number): Promise<void> {
    if (!parts.oldCopy) return;
    const { clock, logger } = this.deps;
    const { quiescenceMs } = parts.exchangeClock;
    logger.error(
      { ...parts.oldCopy, quiescenceMs },
      'the books are an old copy: waiting for what they lack',
    );
    const leftMs = begunMs + quiescenceMs - clock.monotonicMs();
    await this.#patience.pass(Math.max(0, leftMs));
    await upkeep.compare(this.#patience.ask);
    this.deps.journal.caughtUp();
  }

  /** Before anything may be entered. */
  #heedAftermath({ session }: Parts): void {
    const { aftermath } = this.deps;
    if (!aftermath) return;
    session.control({ action: 'pause', reason: aftermath.reason });
    if (session.state.paused && session.standstill === '') aftermath.settled();
  }

  /** Called, once a minute, while markets that were left out at the start are traded by the exchange: a new start takes them in. */
  onRelisted(listener: (symbols: readonly MarketSymbol[]) => void): void {
    this.#onRelisted = listener;
  }

  /** Ends a start that is under way: it asks nothing further and fails with `STOPPED`. Afterwards nothing happens. */
  giveUp(): void {
    this.#givenUp = true;
    this.#patience.close();
  }

  /** What was compared long before the market could be heard is compared again. */
  async #openFeed({ intake }: Parts, upkeep: Upkeep): Promise<void> {
    const { ask, repeats } = this.#patience;
    await ask('market data', () => intake.open());
    if (this.#patience.repeats > repeats) await upkeep.compare(ask);
  }

  /**
   * Stops in order, in bounded time: no new decisions, then what `mode` says, then the queue drains, then everything closes.
   * `onDrained` runs when nothing comes in any more and the books are still open. Returns what was still open when time ran out.
   */
  async stop(
    mode: StopMode,
    timeoutMs: number,
    onDrained: () => Promise<void> = async () => undefined,
  ): Promise<StopResult> {
    const parts = this.#parts;
    if (!parts || this.phase === 'stopped') return this.#neverArmed(mode);
    this.phase = 'stopping';
    const farewell = new Farewell(parts.session);
    const deadline = this.deps.clock.monotonicMs() + timeoutMs;
    const complete = await this.#leave(parts, mode, deadline);
    await this.#lastLook(parts);
    const openOrders = parts.session.liveOrders().length;
    await this.#closeInputs();
    parts.session.checkpoint();
    await onDrained();
    await this.#letGo();
    this.phase = 'stopped';
    return { openOrders, complete, markets: farewell.read() };
  }

  /** Nothing was sold or cancelled: only a running bot can. */
  #neverArmed(mode: StopMode): StopResult {
    const openOrders = this.#parts?.session.liveOrders().length ?? 0;
    return { openOrders, complete: mode === 'keep-orders', markets: [] };
  }

  async #leave({ session, desk }: Parts, mode: StopMode, deadline: number): Promise<boolean> {
    let complete = true;
    if (mode === 'flatten') {
      session.control({ action: 'flatten', reason: 'stop' });
      complete = await this.#until(() => {
        sellAgain(session, 'stop');
        return isFlat(session);
      }, deadline);
    }
    session.control({ action: 'disarm', reason: 'stop' });
    if (mode !== 'keep-orders') {
      session.control({ action: 'cancelAll', reason: 'stop' });
      complete = (await this.#until(() => hasNoOrders(session), deadline)) && complete;
    }
    await this.#until(() => !session.liveOrders().some(isInFlight), deadline);
    desk.revokeAll('the bot was stopped before it was sent');
    return complete;
  }

  /** What an exchange does not answer is left to the next start. */
  async #lastLook({ session }: Parts): Promise<void> {
    // Whoever has lost the journal to another process has lost the account and its market, too.
    session.checkpoint();
    if (session.stopped) return;
    try {
      await this.deps.quietVenue();
      await this.#upkeep?.lastLook();
    } catch (error) {
      this.deps.logger.warn({ error: String(error) }, 'the last look at the exchange failed');
    }
  }

  async #until(condition: () => boolean, deadline: number): Promise<boolean> {
    const { clock } = this.deps;
    while (!condition()) {
      if (clock.monotonicMs() >= deadline) return false;
      await new Promise<void>((resolve) => clock.after(25, resolve));
    }
    return true;
  }

  async #closeInputs(): Promise<void> {
    this.#upkeep?.close();
    const parts = this.#parts;
    parts?.sweeper.close();
    parts?.resolver.close();
    const { gateway, feed } = this.deps;
    await this.#closed([parts ? parts.intake.close() : feed.close(), gateway.close()]);
    parts?.inbox.close();
  }

  async #letGo(): Promise<void> {
    await this.#closeInputs();
    const { queue, recorder } = this.deps;
    const done = Promise.resolve();
    await this.#closed([queue?.close(CLOSE_DEADLINE_MS) ?? done, recorder?.close() ?? done]);
    this.deps.journal.close();
  }

  async #closed(closings: readonly Promise<void>[]): Promise<void> {
    for (const result of await Promise.allSettled(closings)) {
      if (result.status === 'rejected')
        this.deps.logger.warn({ error: String(result.reason) }, 'closing failed');
    }
  }
}

const IN_FLIGHT: ReadonlySet<OrderState> = new Set(['PLANNED', 'SENDING', 'CANCELLING']);

/** About to go, on its way right now, or its cancel is. One of unknown outcome is not waited for: the next start goes on looking it up. */
function isInFlight(order: OrderRecord): boolean {
  return IN_FLIGHT.has(order.state);
}
