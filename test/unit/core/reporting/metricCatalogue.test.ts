import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../../../src/core/reporting/metricCatalogue.ts';
import { REPORT } from '../../../builders/backtestReport.ts';

describe('the catalogue of metrics', () => {
  it('tells of every figure that a report has', () => {
    const figures = Object.entries(REPORT.metrics)
      .filter(([, value]) => value === null || typeof value !== 'object')
      .map(([name]) => name)
      .filter((name) => name !== 'max_drawdown_span');
    expect(Object.keys(METRICS).sort()).toEqual(figures.sort());
  });

  it('says of each how it is worked out', () => {
    for (const { title, formula } of Object.values(METRICS)) {
      expect(title.length).toBeGreaterThan(2);
      expect(formula.length).toBeGreaterThan(5);
    }
  });
});
