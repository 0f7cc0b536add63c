import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import type { Bar } from '../../../src/core/domain/market.ts';
import type { FeedSink, MarketFeed } from '../../../src/ports/marketFeed.ts';
import { Inbox } from '../../../src/runtime/inbox.ts';
import { BACKFILL_DELAYS_MS, Intake, WARM_UP_BARS_MIN } from '../../../src/runtime/intake.ts';
import { askOnce } from '../../../src/runtime/patience.ts';
import { aCandle, MINUTE } from '../../builders/engine.ts';
import { BTC_USDT, T0 } from '../../builders/orders.ts';
import { aDesk, type Desk, QUIET } from '../../builders/runtime.ts';

const STALE_MS = 30_000;

type Query = Parameters<MarketFeed['history']>[1];

class ScriptedFeed implements MarketFeed {
  readonly queries: Query[] = [];
  bars: readonly Bar[] = [];
  failures = 0;
  sink: FeedSink | undefined;

  history(_key: unknown, query: Query): Promise<readonly Bar[]> {
    this.queries.push(query);
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('HISTORY_UNAVAILABLE: down'));
    }
    return Promise.resolve(this.bars);
  }

  open(_subscription: unknown, sink: FeedSink): Promise<void> {
    this.sink = sink;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function anIntake(): Desk & {
  feed: ScriptedFeed;
  intake: Intake;
  wall: ManualClock;
  inbox: Inbox;
} {
  const desk = aDesk();
  const feed = new ScriptedFeed();
  const wall = new ManualClock(0);
  const inbox = new Inbox((event) => {
    desk.session.dispatch(event);
  });
  const { session } = desk;
  const deps = { session, feed, inbox, clock: wall, logger: QUIET, staleAfterMs: STALE_MS };
  return { ...desk, feed, wall, inbox, intake: new Intake(deps) };
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('warm-up', () => {
  it('asks for enough bars that scores have converged, and feeds them without a decision', async () => {
    const { intake, feed, strategy } = anIntake();
    feed.bars = [aCandle(0, 100), aCandle(1, 101)];
    await intake.warmUp(askOnce);
    expect(feed.queries[0]?.limit).toBeGreaterThanOrEqual(WARM_UP_BARS_MIN);
    expect(strategy.seen.slice(0, 2)).toEqual(['update 100', 'update 101']);
  });

  it('asks for the bars that a strategy settles in, within reason', async () => {
    const limits: (number | undefined)[] = [];
    for (const settleBars of [3_000, 1_000_000]) {
      const { intake, feed, strategy } = anIntake();
      strategy.settleBars = settleBars;
      await intake.warmUp(askOnce);
      limits.push(feed.queries[0]?.limit);
    }
    expect(limits).toEqual([3_001, 20_000]);
  });
});

describe('the staleness watchdog', () => {
  it('takes data whose time stands still or runs backwards for silence', async () => {
    const { intake, feed, wall, session } = anIntake();
    await intake.open();
    feed.sink?.event(aCandle(1, 100));
    for (let second = 0; second < 2 * STALE_MS; second += 1_000) {
      feed.sink?.event(aCandle(0, 100));
      await pass(wall, 1_000);
    }
    expect(session.state.markets.get(BTC_USDT)?.stale).toBe(true);
    await intake.close();
  });

  it('takes a stream that lags from its first event on for silence', async () => {
    const { intake, feed, wall, session } = anIntake();
    feed.bars = [aCandle(60, 100)];
    await intake.warmUp(askOnce);
    await intake.open();
    for (let n = 0; n < 6; n += 1) {
      feed.sink?.event(aCandle(n, 100));
      await pass(wall, STALE_MS / 2);
    }
    expect(session.state.markets.get(BTC_USDT)?.stale).toBe(true);
    await intake.close();
  });

  it('lets market time go on in whole milliseconds while a symbol is silent', async () => {
    const { intake, feed, wall, session, inbox } = anIntake();
    await intake.open();
    feed.sink?.event(aCandle(1, 100));
    inbox.drain();
    const { now } = session.state;
    await pass(wall, STALE_MS - 1);
    expect(session.state.now).toBe(now);
    for (let n = 0; n < 4; n += 1) await pass(wall, STALE_MS);
    expect(Number.isInteger(session.state.now)).toBe(true);
    expect(session.state.now - now).toBeGreaterThan(4 * STALE_MS);
    await intake.close();
  });

  it('marks a symbol stale by silence, and fresh by the next arrival', async () => {
    const { intake, feed, wall, session } = anIntake();
    await intake.open();
    const market = session.state.markets.get(BTC_USDT);
    await pass(wall, STALE_MS - 1);
    expect(market?.stale).toBe(false);
    await pass(wall, STALE_MS);
    expect(market?.stale).toBe(true);
    feed.sink?.event(aCandle(0, 100));
    await pass(wall, STALE_MS / 2);
    expect(market?.stale).toBe(false);
    await intake.close();
  });

  it('goes by arrival, whatever time the events carry', async () => {
    const { intake, feed, wall, session } = anIntake();
    await intake.open();
    for (let n = 0; n < 6; n += 1) {
      await pass(wall, STALE_MS / 2);
      // Market time does not move at all.
      feed.sink?.event(aCandle(0, 100));
    }
    expect(session.state.markets.get(BTC_USDT)?.stale).toBe(false);
    await intake.close();
  });
});

describe('missing bars', () => {
  const hole = {
    kind: 'backfill',
    symbol: BTC_USDT,
    timeframe: '1m',
    from: T0 + MINUTE,
    to: T0 + 3 * MINUTE,
  } as const;

  it('are fetched again after a failure, then handed on', async () => {
    const { intake, feed, wall, session, strategy } = anIntake();
    session.dispatch(aCandle(0, 100));
    session.dispatch(aCandle(3, 103));
    feed.failures = 1;
    feed.bars = [aCandle(1, 101), aCandle(2, 102), aCandle(3, 999)];
    const closing = intake.backfill(hole);
    for (const delay of BACKFILL_DELAYS_MS) await pass(wall, delay);
    await closing;
    expect(strategy.seen.filter((it) => it.startsWith('update'))).toEqual([
      'update 100',
      'update 101',
      'update 102',
      'update 103',
    ]);
  });

  it('are given up after the last try, and the series goes on', async () => {
    const { intake, feed, wall, session, strategy } = anIntake();
    session.dispatch(aCandle(0, 100));
    session.dispatch(aCandle(3, 103));
    feed.failures = BACKFILL_DELAYS_MS.length;
    const closing = intake.backfill(hole);
    for (const delay of BACKFILL_DELAYS_MS) await pass(wall, delay);
    await closing;
    expect(strategy.seen.at(-1)).toBe('bar 103');
  });

  it('are looked for after a reconnect', async () => {
    const { intake, feed, wall, session, strategy } = anIntake();
    session.dispatch(aCandle(0, 100));
    await intake.open();
    feed.bars = [aCandle(1, 101)];
    feed.sink?.connected(BTC_USDT);
    await pass(wall, 0);
    await pass(wall, 0);
    expect(feed.queries[0]?.from).toBe(T0 + MINUTE);
    expect(strategy.seen).toContain('update 101');
    await intake.close();
  });
});
