import { describe, expect, it } from '@jest/globals';
import { painter } from '../../../../../src/interface/cli/render/colour.ts';
import { statusLines } from '../../../../../src/interface/cli/render/statusText.ts';
import type { StatusDocument } from '../../../../../src/runtime/statusDocument.ts';
import { marketSymbol } from '../../../../../src/core/domain/ids.ts';
import { attentionItem } from '../../../../../src/core/reporting/attention.ts';
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
        'recording 3.1 MB since 2024-01-01 00:00:00Z',
        'health event loop 1 ms late   queue behind 0 ms   clock off 3 ms   compared 12s ago   rate budget 4.00%',
        'equity 10212.40 USDT   result +212.40   exposure 1000.00 of 3000.00   open orders 12 of 50',
        '',
        'STRATEGY  SYMBOL    STATE   POSITION  STOP      RESULT  FILLS  ORDERS  LAST DECISION',
        'grid      BTC/USDT  active     0.012  exchange  +88.00     12      12  09:31:00 price inside line 7 and 8',
      ].join('\n'),
    );
  });

  it('says that an exit goes out in parts, and what is kept here', () => {
    const [strategy] = STATUS.strategies;
    if (!strategy?.protection) throw new Error('no strategy');
    const leaving = {
      ...strategy,
      protection: { ...strategy.protection, where: 'here' as const },
      exit_in_parts: { left: '0.9', largest: '0.4' },
    };
    const text = lines({ strategies: [leaving] });
    expect(text).toContain('0.012  here');
    expect(text).toContain('line 7 and 8; sold in parts of 0.4, 0.9 left');
  });

  it('says what is worth knowing and needs nobody', () => {
    const text = lines({
      state: 'failed',
      state_reason: 'the disk is full',
      equity: { ...STATUS.equity, unpriced: ['BNB'] },
      health: { ...STATUS.health, dropped: 3, paused_by_exchange_ms: 5_000 },
      exchange: { ...STATUS.exchange, private_stream: false },
    });
    expect(text).toContain('failed (the disk is full)');
    expect(text).toContain('! no price for BNB');
    expect(text).toContain('! 3 market events were dropped');
    expect(text).toContain('! the exchange asked for a pause of 5s');
    expect(text).toContain('account stream down');
  });

  it('shows what is too little to sell, by coin, and nothing while there is none', () => {
    const own = { strategy: 'grid', symbol: 'BTC/USDT', asset: 'BTC', cost: '0.1', value: '0.2' };
    const dust = [
      { ...own, amount: '0.000002' },
      { ...own, strategy: 'gone', amount: '0.000003' },
      { ...own, symbol: 'ETH/USDT', asset: 'ETH', amount: '0.0001', value: null },
    ];
    expect(lines({ dust })).toContain('dust 0.000005 BTC   0.0001 ETH   sold with the next sales');
    expect(lines({})).not.toContain('dust');
  });

  it('shows a market that was paused as that, and one that is halted as that', () => {
    const market = { symbol: 'BTC/USDT', last_price: 1, data_age_ms: 0, stale: false };
    const shown = (halted: string): string => {
      const { exchange } = STATUS;
      return lines({ exchange: { ...exchange, markets: [{ ...market, halted }] } });
    };
    expect(shown('paused: a holiday')).toContain('(0 ms ago) PAUSED: a holiday');
    expect(shown('order 77 is not ours')).toContain('HALTED: order 77 is not ours');
  });

  it('says what needs a person right below the first line, with since when and what to do', () => {
    const halted = attentionItem(
      {
        code: 'symbol.halted',
        symbol: marketSymbol('BTC/USDT'),
        sinceMarket: Date.UTC(2024, 0, 1, 9, 30),
        inputs: { reason: 'order 77 is not ours' },
      },
      0,
    );
    expect(
      lines({ attention: [halted] })
        .split('\n')
        .slice(1, 4),
    ).toEqual([
      '! symbol.halted BTC/USDT: no entries: order 77 is not ours (since 2024-01-01 09:30:00Z market time)',
      '  look into the reason; then let it trade again: `plimsoll resume BTC/USDT`',
      expect.stringMatching(/^exchange /u),
    ]);
  });

  it('puts what differs only in its subject together', () => {
    const stale = Array.from({ length: 6 }, (_, index) =>
      attentionItem({ code: 'symbol.stale', symbol: marketSymbol(`A${index}/USDT`) }, index),
    );
    const text = lines({ attention: stale });
    expect(text).toContain('! symbol.stale A0/USDT, A1/USDT, A2/USDT, A3/USDT … 2 more: no market');
    expect(text).toContain('(since 1970-01-01 00:00:00Z)');
    expect(text.match(/symbol\.stale/gu)).toHaveLength(1);
  });

  it('counts money and amounts of one asset with the same decimals, and adds the results up', () => {
    const [first] = STATUS.strategies;
    if (!first) throw new Error('no strategy');
    const more = (id: string, pnl: string, amount: string) => ({
      ...{ ...first, id, realised_pnl: pnl, unrealised_pnl: null },
      position: { ...first.position, amount },
    });
    const strategies = [
      more('a', '-0.04266', '0.5'),
      more('b', '1000', '0.00081918'),
      more('c', '0.001', '0'),
    ];
    const table = lines({ strategies }).split('\n').slice(-5);
    expect(table.map((line) => line.slice(0, 72).trimEnd())).toEqual(
      [
        'STRATEGY  SYMBOL    STATE     POSITION  STOP        RESULT  FILLS  ORDERS',
        'a         BTC/USDT  active  0.50000000  exchange     -0.04     12      12',
        'b         BTC/USDT  active  0.00081918  exchange  +1000.00     12      12',
        'c         BTC/USDT  active           -  exchange      0.00     12      12',
        'total                                              +999.96     36      36',
      ].map((line) => line.slice(0, 72).trimEnd()),
    );
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
