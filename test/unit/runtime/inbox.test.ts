import { describe, expect, it } from '@jest/globals';
import type { EngineEvent } from '../../../src/core/domain/events.ts';
import { EVENTS_PER_TURN, Inbox, MARKET_EVENTS_MAX } from '../../../src/runtime/inbox.ts';
import { aCandle, aControl } from '../../builders/engine.ts';
import { BTC_USDT } from '../../builders/orders.ts';

const aTrade = (price: number) =>
  ({ kind: 'trade', at: 0, symbol: BTC_USDT, price, amount: 1, side: 'buy' }) as const;

function anInbox(): { inbox: Inbox; seen: EngineEvent[] } {
  const seen: EngineEvent[] = [];
  return { inbox: new Inbox((event) => seen.push(event)), seen };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the inbox', () => {
  it('hands nothing on within the call that brought it', async () => {
    const { inbox, seen } = anInbox();
    inbox.market(aTrade(1));
    expect(seen).toEqual([]);
    await nextTurn();
    expect(seen).toHaveLength(1);
  });

  it('lets private events go before market data, both in order', () => {
    const { inbox, seen } = anInbox();
    inbox.market(aTrade(1));
    inbox.market(aTrade(2));
    inbox.urgent(aControl('pause'));
    inbox.drain();
    expect(seen.map((event) => (event.kind === 'trade' ? event.price : event.kind))).toEqual([
      'control',
      1,
      2,
    ]);
  });

  it('lets timers and sockets in between two turns of a burst', async () => {
    const { inbox, seen } = anInbox();
    for (let i = 0; i < EVENTS_PER_TURN + 1; i += 1) inbox.market(aTrade(i));
    await nextTurn();
    expect(seen).toHaveLength(EVENTS_PER_TURN);
    await nextTurn();
    expect(seen).toHaveLength(EVENTS_PER_TURN + 1);
  });

  it('drops the oldest trades of a flood, counts them, and never a bar', () => {
    const { inbox, seen } = anInbox();
    inbox.market(aCandle(0, 100));
    for (let i = 0; i < MARKET_EVENTS_MAX; i += 1) inbox.market(aTrade(i));
    expect(inbox.depth).toBeLessThanOrEqual(MARKET_EVENTS_MAX);
    inbox.drain();
    expect(inbox.dropped + seen.length).toBe(MARKET_EVENTS_MAX + 1);
    expect(inbox.dropped).toBeGreaterThan(0);
    expect(seen[0]?.kind).toBe('candle');
    expect(seen.at(-1)).toEqual(aTrade(MARKET_EVENTS_MAX - 1));
  });

  it('takes and hands on nothing once closed', async () => {
    const { inbox, seen } = anInbox();
    inbox.market(aTrade(1));
    inbox.close();
    inbox.urgent(aControl('pause'));
    await nextTurn();
    expect(seen).toEqual([]);
  });
});
