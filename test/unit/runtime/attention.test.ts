import { describe, expect, it } from '@jest/globals';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import { strategyId } from '../../../src/core/domain/ids.ts';
import type { AttentionItem } from '../../../src/core/reporting/attention.ts';
import type { QueueStats } from '../../../src/ports/orderQueue.ts';
import { queueWord } from '../../../src/runtime/attention.ts';
import { pauseEntries } from '../../../src/runtime/operator.ts';
import { aSpec, ScriptedStrategy } from '../../builders/engine.ts';
import { aFill, anInstrument, BTC_USDT, GRID } from '../../builders/orders.ts';
import { MemoryRecorder } from '../../builders/recorder.ts';
import { HeldQueue, overriding, QUIET } from '../../builders/runtime.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

async function read({ trader }: TraderBench): Promise<AttentionItem[]> {
  const { parts, upkeep } = trader;
  const { waiting } = trader;
  if (!parts || !upkeep) return trader.attention.read(undefined, waiting);
  return trader.attention.read({ parts, upkeep, queue: await queueWord(trader.deps) }, waiting);
}

async function codes(bench: TraderBench): Promise<string[]> {
  return (await read(bench)).map(({ code }) => code);
}

async function started(...changes: Parameters<typeof aTrader>): Promise<TraderBench> {
  const bench = aTrader(...changes);
  await bench.start();
  return bench;
}

const at = (ms: number): string => new Date(Math.round(ms)).toISOString();

describe('what needs attention', () => {
  it('is nothing while all is well', async () => {
    const bench = await started();
    await bench.wait(60);
    expect(await read(bench)).toEqual([]);
  });

  it('is, before boot, what the composition says', async () => {
    const deps = { conditions: () => [{ code: 'key.transfers' }] as const };
    expect(await codes(aTrader({ deps }))).toEqual(['key.transfers']);
    expect(await codes(await started({ deps }))).toEqual(['key.transfers']);
  });

  it('is what the gateway says of itself', async () => {
    const exchange = new FakeExchange();
    Object.assign(exchange, { conditions: () => [{ code: 'key.transfers' }] });
    expect(await codes(await started({ exchange }))).toEqual(['key.transfers']);
  });

  it('is that the run is not recorded any more, since when it is not', async () => {
    const recorder = new MemoryRecorder();
    const bench = await started({ deps: { recorder } });
    expect(await codes(bench)).toEqual([]);
    recorder.stopped = { why: 'the disk is gone', since: 1_700_000_000_000 };
    const [item] = await read(bench);
    expect(item).toMatchObject({
      code: 'recording.stopped',
      since_wall: at(1_700_000_000_000),
    });
    expect(item?.text).toContain('the disk is gone');
  });

  it('has the wall time at which it began, however often it is read', async () => {
    const deps = { conditions: () => [{ code: 'key.transfers' }] as const };
    const bench = await started({ deps });
    const first = await read(bench);
    expect(first[0]?.since_wall).toBe(at(bench.clock.wallMs()));
    await bench.wait(30);
    expect(await read(bench)).toEqual(first);
  });

  it('is told to the log once when it begins and once when it is over', async () => {
    const said: string[] = [];
    const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if ('attention' in fields) said.push(`${String(fields['attention'])} ${message}`);
    };
    const logger = { ...QUIET, warn: say, info: say };
    const bench = await started({ deps: { logger } });
    bench.trader.parts?.session.control({ action: 'pause', reason: 'lunch' });
    await bench.wait(30);
    bench.trader.parts?.session.control({ action: 'resume', reason: 'back' });
    await bench.wait(30);
    expect(said).toEqual([
      'entries.paused needs attention: no entries anywhere: lunch',
      'entries.paused is over: no entries anywhere: lunch',
    ]);
  });
});

describe('the exchange', () => {
  it.each(['instruments', 'permissions'])(
    'is told of while a start waits for it, until it answers: %s',
    async (question) => {
      const bench = aTrader();
      bench.exchange.broken.add(question);
      const started = bench.trader.start();
      await bench.wait(40);
      expect(await read(bench)).toMatchObject([
        {
          code: 'exchange.waited_for',
          text: expect.stringContaining(`GATEWAY_FAILED: ${question}`),
        },
      ]);
      bench.exchange.broken.clear();
      await bench.wait(40);
      await started;
      expect(await codes(bench)).toEqual([]);
    },
  );

  it('is told of when it leaves questions unanswered, as one condition, until it answers', async () => {
    const bench = await started();
    const before = bench.clock.wallMs();
    for (const question of ['openOrders', 'balances']) bench.exchange.broken.add(question);
    await bench.wait(100);
    const [item, ...rest] = await read(bench);
    expect(rest).toEqual([]);
    expect(item?.code).toBe('exchange.rounds_failing');
    expect(item?.text).toContain('open orders, balances; the last error: GATEWAY_FAILED');
    expect(Date.parse(item?.since_wall ?? '') - before).toBeLessThanOrEqual(10_001);
    bench.exchange.broken.clear();
    await bench.wait(120);
    expect(await read(bench)).toEqual([]);
  });

  it.each(['order', 'trade'] as const)(
    'is told of while a row of its list of own %ss cannot be read, also after a resume',
    async (what) => {
      const bench = await started();
      await bench.buy(0);
      const row = { what, symbol: BTC_USDT, name: '31', problem: 'no status' };
      bench.exchange.unreadable = [row, { ...row, name: '32' }];
      await bench.wait(400);
      const code = `exchange.${what}_unreadable`;
      const [item, ...others] = (await read(bench)).filter((each) => each.code === code);
      expect(others).toEqual([]);
      expect(item).toMatchObject({ symbol: BTC_USDT });
      expect(item?.text).toContain('2, the first: 31: no status');
      const session = bench.trader.parts?.session;
      session?.control({ action: 'unhalt', symbol: BTC_USDT, reason: 'looked' });
      await bench.wait(400);
      expect(await codes(bench)).toContain(code);
      bench.exchange.unreadable = [];
      await bench.wait(400);
      expect(await codes(bench)).not.toContain(code);
    },
  );

  it('is told of when the stream of the account stays away', async () => {
    const bench = await started();
    const since = bench.clock.wallMs();
    bench.exchange.sink?.stream(false, 'lost');
    await bench.wait(9);
    expect(await codes(bench)).toEqual([]);
    await bench.wait(5);
    expect(await read(bench)).toMatchObject([
      { code: 'exchange.account_stream_down', since_wall: at(since) },
    ]);
    bench.exchange.sink?.stream(true, 'back');
    expect(await codes(bench)).toEqual([]);
  });

  it('is asked again for the rights of the key, which may be given and taken while it runs', async () => {
    const bench = await started();
    bench.exchange.keyRights = { trading: false, withdrawals: true, transfers: true };
    await bench.wait(601);
    expect(await codes(bench)).toEqual(['key.withdraws', 'key.cannot_trade', 'key.transfers']);
    bench.exchange.keyRights = { trading: true, withdrawals: false, transfers: false };
    await bench.wait(601);
    expect(await codes(bench)).toEqual([]);
  });

  it('is told of when a key with the right to transfer is used from the start', async () => {
    const exchange = new FakeExchange();
    exchange.keyRights = { trading: true, withdrawals: false, transfers: true };
    expect(await codes(await started({ exchange }))).toEqual(['key.transfers']);
  });
});

describe('a market', () => {
  it('that was paused is told of as that, until something is wrong with it', async () => {
    const bench = await started();
    const { parts } = bench.trader;
    if (!parts) throw new Error('not started');
    pauseEntries(parts, { target: 'BTC/USDT', reason: 'a holiday' });
    expect(await read(bench)).toMatchObject([
      { code: 'symbol.paused', symbol: 'BTC/USDT', text: expect.stringContaining('a holiday') },
    ]);
    bench.exchange.usdt = '9000';
    await bench.wait(70);
    expect(await codes(bench)).toEqual(['books.differ', 'symbol.halted']);
    expect(bench.haltReason()).toContain('9000 USDT');
  });
});

describe('the books', () => {
  it('are told of while they differ from the exchange', async () => {
    const bench = await started();
    bench.exchange.usdt = '9000';
    await bench.wait(70);
    expect(await read(bench)).toMatchObject([
      { code: 'books.differ', text: expect.stringContaining('USDT -1000') },
      { code: 'symbol.halted', symbol: 'BTC/USDT' },
    ]);
    bench.exchange.usdt = '10000';
    await bench.wait(40);
    expect(await codes(bench)).toEqual(['symbol.halted']);
  });

  it('are told of while the disk is full or they cannot be written', async () => {
    const trouble = { reserveSpent: true, walBytes: 0, full: false };
    const bench = await started({
      journal: (journal) =>
        overriding(journal, {
          tend: () => ({ walBytes: trouble.walBytes, reserveSpent: trouble.reserveSpent }),
          commit: (step) => {
            if (trouble.full) throw new Error('JOURNAL_FULL: no room');
            journal.commit(step);
          },
        }),
    });
    expect(await codes(bench)).toEqual(['disk.full', 'symbol.on_hold']);
    trouble.reserveSpent = false;
    await bench.wait(20);
    expect(await codes(bench)).toEqual([]);
    trouble.walBytes = 100 * 1024 * 1024;
    await bench.wait(20);
    expect(await read(bench)).toMatchObject([
      { code: 'journal.wal_grows', text: expect.stringContaining('100 MiB') },
    ]);
    trouble.walBytes = 0;
    trouble.full = true;
    const since = bench.clock.wallMs();
    bench.trader.parts?.session.control({ action: 'pause', reason: 'x' });
    await bench.wait(20);
    expect((await read(bench))[0]).toMatchObject({
      code: 'journal.standstill',
      since_wall: at(since),
      text: expect.stringContaining('JOURNAL_FULL: no room'),
    });
  });
});

describe('the queue', () => {
  class AbsentQueue extends HeldQueue {
    problem: string | undefined;
    started = 0;

    override start(handler: Parameters<HeldQueue['start']>[0]): Promise<void> {
      this.started += 1;
      if (this.problem !== undefined) return Promise.reject(new Error(this.problem));
      return super.start(handler);
    }
  }

  it('is waited for at a start, in words and in status, and the start goes on by itself', async () => {
    const queue = new AbsentQueue();
    queue.problem = 'QUEUE_AWAY: Redis at redis://host cannot be used (ECONNREFUSED)';
    const bench = aTrader({ deps: { queue } });
    const starting = bench.begin();
    await bench.wait(40);
    expect(queue.started).toBeGreaterThan(4);
    expect(queue.started).toBeLessThan(10);
    expect(bench.waits.at(-1)).toMatch(/^waits for the order queue: .*ECONNREFUSED.* again in/u);
    const [item] = await read(bench);
    expect(item).toMatchObject({ code: 'queue.waited_for' });
    expect(item?.command).toContain('--exits-only');
    queue.problem = undefined;
    await bench.wait(31);
    await starting;
    expect([bench.trader.phase, bench.waits.at(-1)]).toEqual(['running', '']);
    expect(await codes(bench)).toEqual([]);
  });

  it('ends a start when it refuses, and a stop ends the wait for it', async () => {
    const queue = new AbsentQueue();
    queue.problem = 'QUEUE_UNAVAILABLE: wrong password';
    await expect(aTrader({ deps: { queue } }).start()).rejects.toThrow('wrong password');
    expect(queue.started).toBe(1);
    queue.problem = 'QUEUE_AWAY: not there';
    const bench = aTrader({ deps: { queue } });
    const starting = bench.begin();
    await bench.wait(3);
    bench.trader.giveUp();
    await expect(starting).rejects.toThrow('STOPPED');
  });

  it('is told of when it does not answer, or has something to mend', async () => {
    const state: { word: QueueStats | undefined } = { word: undefined };
    const stats = () =>
      state.word ? Promise.resolve(state.word) : Promise.reject(new Error('QUEUE_UNAVAILABLE'));
    const queue = new HeldQueue();
    queue.stats = stats;
    const bench = await started({ deps: { queue } });
    expect(await read(bench)).toMatchObject([
      { code: 'queue.unreachable', text: expect.stringContaining('QUEUE_UNAVAILABLE') },
    ]);
    state.word = { waiting: 0, active: 0, failed: 0, warning: 'it evicts' };
    expect(await read(bench)).toMatchObject([{ code: 'queue.warning', text: 'it evicts' }]);
  });

  it('is behind as long as an order waits, since that order was planned, and not a moment longer', async () => {
    const queue = new HeldQueue();
    const bench = await started({ deps: { queue, orderTtlMs: 600_000 } });
    const since = bench.clock.wallMs();
    await bench.buy(0);
    await bench.wait(5);
    expect(await codes(bench)).toEqual([]);
    await bench.wait(7);
    expect(await read(bench)).toMatchObject([
      { code: 'queue.behind', since_wall: at(since), text: expect.stringContaining('12 s') },
    ]);
    expect(bench.trader.upkeep?.lagMs()).toBe(12_000);
    await queue.deliver();
    expect([await codes(bench), bench.trader.upkeep?.lagMs()]).toEqual([[], 0]);
  });
});

describe('an order of unknown outcome', () => {
  it('is told of when it stays so, until the exchange has said what became of it', async () => {
    const bench = await started();
    bench.exchange.onPlace = () => ({ kind: 'unknown', message: 'timed out' });
    bench.exchange.broken.add('lookup');
    await bench.buy(0);
    await bench.wait(14);
    expect(await codes(bench)).toEqual([]);
    await bench.wait(3);
    expect(await read(bench)).toMatchObject([
      { code: 'order.unknown', strategy: GRID, symbol: BTC_USDT },
    ]);
    bench.exchange.broken.clear();
    await bench.wait(120);
    expect(await codes(bench)).toEqual([]);
  });
});

describe('a market', () => {
  it('is told of while its data is stale', async () => {
    const bench = await started({ deps: { staleAfterMs: 30_000 } });
    const since = bench.clock.wallMs();
    await bench.wait(45);
    expect(await read(bench)).toMatchObject([
      { code: 'symbol.stale', symbol: BTC_USDT, since_wall: at(since) },
    ]);
  });
});

describe('a position whose strategy is gone', () => {
  it('stands since the strategy was looked after last, over restarts, until nobody holds it', async () => {
    const store = createMemoryStore();
    const exchange = new FakeExchange();
    const first = await started({ store, exchange });
    await first.buy(0);
    const [order] = first.trader.parts?.session.liveOrders() ?? [];
    if (!order) throw new Error('no order');
    const { clientOrderId } = order.intent;
    first.exchange.sink?.fill(aFill({ clientOrderId, amount: dec('0.5'), fee: dec(0) }));
    exchange.usdt =
      first.trader.parts?.session.state.ledger.accounts
        .get(anInstrument().quote)
        ?.total.toString() ?? '';
    await first.trader.stop('keep-orders', 0);
    const kept = store.keptAt.get(GRID);
    const other = { spec: aSpec({ id: strategyId('other') }), strategy: new ScriptedStrategy() };
    for (const days of [0, 1]) {
      const later = await started({ store, exchange, deps: { strategies: [other] } });
      await later.wait(days * 60);
      const found = (await read(later)).filter(({ code }) => code === 'position.unmanaged');
      expect(found).toMatchObject([
        { strategy: GRID, symbol: BTC_USDT, since_market: at(kept ?? 0) },
      ]);
      await later.trader.stop('keep-orders', 0);
    }
    const back = await started({ store, exchange });
    expect(await codes(back)).not.toContain('position.unmanaged');
  });
});
