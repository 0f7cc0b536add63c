import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../../../src/core/reporting/metricCatalogue.ts';
import { reportPage } from '../../../../src/interface/report/page.ts';
import type { BacktestFill, BacktestReport } from '../../../../src/research/reportSchema.ts';
import { REPORT } from '../../../builders/backtestReport.ts';

const FILL: BacktestFill = {
  ...{ strategy: 'trend', symbol: 'BTC/USDT', order: 'i1', time: '2024-01-01T00:00:00.000Z' },
  ...{ side: 'buy', price: '100', amount: '1', fee: '0', fee_asset: 'USDT' },
  ...{ liquidity: 'taker', reason: 'TREND_ENTRY', certain: true },
};

const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the page of a report', () => {
  it('asks nobody for anything: no address, no script, and a policy that forbids it', () => {
    const page = reportPage(REPORT, []);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/https?:|\/\/|<script|<link|<img|url\(|@import|src=/u);
  });

  it('draws candles, fills on both sides, trades and levels of each market', () => {
    const fills = [FILL, { ...FILL, side: 'sell' as const }, { ...FILL, symbol: 'ETH/USDT' }];
    const page = reportPage({ ...REPORT, fills }, []);
    expect(count(page, 'class="candle up"')).toBe(1);
    expect(count(page, 'class="fill buy"')).toBe(1);
    expect(count(page, 'class="fill sell"')).toBe(1);
    expect(count(page, 'class="trade lost"')).toBe(12);
    expect(count(page, 'class="level buy"')).toBe(1);
    expect(page).toContain('buy 1 at 100, 2024-01-01 00:00: TREND_ENTRY');
    expect(page).toContain('class="line equity"');
    expect(page).toContain('class="line holding"');
    expect(page).toContain('class="fall"');
    expect(page).not.toMatch(/NaN|undefined|Infinity/u);
  });

  it('draws a bounded number of fills, as many buys as sells of as many', () => {
    const fills = Array.from({ length: 50_000 }, (_each, n) => ({
      ...FILL,
      side: n % 2 === 0 ? ('buy' as const) : ('sell' as const),
    }));
    const page = reportPage({ ...REPORT, fills }, []);
    expect(count(page, 'class="fill buy"')).toBeGreaterThan(300);
    expect(count(page, 'class="fill buy"')).toBeLessThanOrEqual(600);
    expect(count(page, 'class="fill sell"')).toBe(count(page, 'class="fill buy"'));
  });

  it('shows every metric with its formula to whoever points at it', () => {
    const page = reportPage(REPORT, []);
    for (const { title } of Object.values(METRICS)) expect(page).toContain(`>${title}</span>`);
    expect(page).toContain('title="mean(r) ÷ deviation(r) × √365; r daily');
    expect(page).toContain('Sharpe, The Sharpe Ratio, 1994');
    expect(page).toMatch(/>Final equity<\/span><b>10,512\.35<\/b>/u);
    expect(page).toMatch(/>Longest time below a peak<\/span><b>31 d 0 h<\/b>/u);
    // What cannot be said is not a number.
    expect(page).toMatch(/>Sharpe ratio<\/span><b>–<\/b>/u);
  });

  it('has a row of months for each year, and what they come to together', () => {
    const months = [
      { month: '2023-12', return: 0.1 },
      { month: '2024-01', return: 0.5 },
      { month: '2024-03', return: -0.5 },
    ];
    const page = reportPage({ ...REPORT, months }, []);
    const [, heat = ''] = page.split('class="heat"');
    const rows = heat.split('<tr>').slice(2, 4);
    const cells = (row = ''): string[] =>
      [...row.matchAll(/<td[^>]*>([^<]*)<\/td>/gu)].map(([, text = '']) => text);
    expect(cells(rows[0])).toEqual([...Array<string>(11).fill(''), '10.0', '10.0']);
    // 1.5 × 0.5 = 0.75
    expect(cells(rows[1])).toEqual(['50.0', '', '-50.0', ...Array<string>(9).fill(''), '-25.0']);
  });

  it('is as light or as dark as the reader’s system', () => {
    expect(reportPage(REPORT, [])).toContain('@media (prefers-color-scheme: dark)');
  });

  it('takes no text for markup', () => {
    const evil = '<script>"&\'';
    const [strategy] = REPORT.strategies;
    if (!strategy) throw new Error('the report has none');
    const report: BacktestReport = {
      ...REPORT,
      strategies: [{ ...strategy, strategy: evil }],
      fills: [{ ...FILL, reason: evil }],
      exits: [{ reason: evil, trades: 1, pnl: '1' }],
    };
    const page = reportPage(report, [evil]);
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;&quot;&amp;&#39;');
  });

  it('says what is to be known before, and that a run was ended early', () => {
    const page = reportPage({ ...REPORT, interrupted: true }, ['data: a gap']);
    expect(page).toContain('data: a gap');
    expect(page).toContain('Interrupted: this is what there was until then.');
    expect(reportPage(REPORT, [])).not.toContain('Interrupted');
  });

  it('shows both bounds where bars leave something open', () => {
    const bounds = { low: '10400.5', high: '10512.3456' };
    const metrics = { ...REPORT.metrics, ambiguous_bars: 3, bounds };
    expect(reportPage({ ...REPORT, metrics }, [])).toContain('10,400.50 … 10,512.35');
  });

  it('can be made of a run that did nothing', () => {
    const chart = { equity: [], markets: [{ symbol: 'BTC/USDT', bars: [] }] };
    const nothing = { trades: [], fills: [], orders: [], exits: [], months: [], chart };
    expect(reportPage({ ...REPORT, ...nothing }, [])).not.toMatch(/NaN|undefined|Infinity/u);
  });
});
