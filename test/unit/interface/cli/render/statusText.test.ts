import { describe, expect, it } from '@jest/globals';
import { painter } from '../../../../../src/interface/cli/render/colour.ts';
import { statusLines } from '../../../../../src/interface/cli/render/statusText.ts';
import type { StatusDocument } from '../../../../../src/runtime/statusDocument.ts';
import { STATUS } from '../../../../builders/fakeApp.ts';

const lines = (changes: Partial<StatusDocument> = {}): string =>
  statusLines({ ...STATUS, ...changes }, { paint: painter(false), width: 140 }).join('\n');

describe('the status for people', () => {
  it('shows the whole on one screen', () => {
    expect(lines()).toBe(
      [
        'plimsoll 9.8.7   SANDBOX   running 3d04h   pid 811   config 01234567',
        'exchange binance (simulated)   account stream up   market time 2024-01-01 09:31:00Z',
        'market BTC/USDT 60000.5 (12 ms ago)',
        'queue embedded 0 waiting, 0 failed   books 40 orders, 12 fills   events 1000, 0 dropped   memory 180 MiB',
        'health event loop 1 ms late   queue behind 0 ms   clock off 3 ms   compared 12s ago   rate budget 4.00%',
        'equity 10212.40 USDT   result +212.40   exposure 1000.00 of 3000.00   open orders 12 of 50',
        '',
        'STRATEGY  SYMBOL    STATE   POSITION  RESULT  FILLS  ORDERS  LAST DECISION',
        'grid      BTC/USDT  active     0.012  +88.00     12      12  09:31:00 price inside line 7 and 8',
      ].join('\n'),
    );
  });

  it('says what an operator should look at', () => {
    const text = lines({
      state: 'failed',
      state_reason: 'the disk is full',
      risk: { ...STATUS.risk, unknown_orders: 2, balance_drift: 'USDT 1 less' },
      equity: { ...STATUS.equity, unpriced: ['BNB'] },
      health: { ...STATUS.health, dropped: 3 },
      exchange: { ...STATUS.exchange, private_stream: false },
    });
    expect(text).toContain('failed (the disk is full)');
    expect(text).toContain('! 2 orders of unknown outcome');
    expect(text).toContain('! balances differ from the ledger: USDT 1 less');
    expect(text).toContain('! no price for BNB');
    expect(text).toContain('! 3 market events were dropped');
    expect(text).toContain('account stream down');
  });

  it('says what is wrong with the bot itself, and what is done about it', () => {
    const text = lines({
      health: {
        ...STATUS.health,
        journal_standstill: 'JOURNAL_FULL: no room',
        disk_full: true,
        failing: ['balances'],
        paused_by_exchange_ms: 5_000,
      },
      queue: { ...STATUS.queue, backend: 'redis', trouble: 'QUEUE_UNAVAILABLE: Redis is away' },
      strategies: STATUS.strategies.map((strategy) => ({ ...strategy, state: 'failed' })),
    });
    expect(text).toContain('! nothing is done until the books can be written: JOURNAL_FULL');
    expect(text).toContain('! the disk is full: no entries until there is room');
    expect(text).toContain('! the order queue is unreachable');
    expect(text).toContain('QUEUE_UNAVAILABLE: Redis is away');
    expect(text).toContain('! failing at the moment: balances');
    expect(text).toContain('! the exchange asked for a pause of 5s');
    expect(text).toContain('! strategy grid was stopped');
  });

  it('names the command that ends a halt, not for one that passes by itself', () => {
    const [market] = STATUS.exchange.markets;
    if (!market) throw new Error('no market');
    const halted = (reason: string) =>
      lines({ exchange: { ...STATUS.exchange, markets: [{ ...market, halted: reason }] } });
    expect(halted('drift')).toContain('`plimsoll resume BTC/USDT`');
    expect(halted('on hold: the disk is full')).not.toContain('plimsoll resume');
  });

  it('shows stale and halted markets', () => {
    const market = {
      symbol: 'BTC/USDT',
      last_price: null,
      data_age_ms: null,
      stale: true,
      halted: null,
    };
    const markets = [market, { ...market, symbol: 'ETH/USDT', halted: 'drift' }];
    const text = lines({ exchange: { ...STATUS.exchange, markets } });
    expect(text).toContain('BTC/USDT - (never ago) STALE');
    expect(text).toContain('ETH/USDT - (never ago) HALTED: drift');
  });

  it('shows a document from before the first bar', () => {
    const text = lines({
      market_time: null,
      equity: { quote: '', value: null, opening: null, pnl: null, unpriced: [] },
      strategies: [],
    });
    expect(text).toContain('market time -');
    expect(text).toContain('equity -   result -');
  });
});
