import { describe, expect, it } from '@jest/globals';
import { reportCsv } from '../../../../src/interface/report/csv.ts';
import { REPORT } from '../../../builders/backtestReport.ts';

describe('a report as CSV', () => {
  const files = reportCsv(REPORT);
  const lines = (name: string): string[] => (files.get(name) ?? '').split('\r\n');

  it('has a file for each list, with the columns of the JSON report', () => {
    expect([...files.keys()]).toEqual(['trades.csv', 'fills.csv', 'orders.csv', 'equity.csv']);
    const [trade, order] = [REPORT.trades[0], REPORT.orders[0]];
    expect(lines('trades.csv')[0]?.split(',').sort()).toEqual(Object.keys(trade ?? {}).sort());
    expect(lines('orders.csv')[0]?.split(',').sort()).toEqual(Object.keys(order ?? {}).sort());
    expect(lines('trades.csv')).toHaveLength(REPORT.trades.length + 2);
    expect(lines('equity.csv')[2]).toBe('2024-01-16T00:00:00.000Z,9000,9990');
  });

  it('quotes what needs it, and leaves numbers as they are', () => {
    expect(lines('orders.csv')[1]).toMatch(/,TREND_ENTRY,"a,""b"""$/u);
    expect(lines('trades.csv')[1]).toContain(',-10.1,-0.1,');
  });

  it('gives a spreadsheet no formula', () => {
    const [order] = REPORT.orders;
    if (!order) throw new Error('the report has none');
    const orders = [
      { ...order, tag: '=1+1' },
      { ...order, tag: '-x' },
    ];
    const rows = (reportCsv({ ...REPORT, orders }).get('orders.csv') ?? '').split('\r\n');
    expect(rows[1]).toMatch(/,'=1\+1$/u);
    expect(rows[2]).toMatch(/,'-x$/u);
  });
});
