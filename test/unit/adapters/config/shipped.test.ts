import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../../src/adapters/config/load.ts';
import {
  configJsonSchema,
  describeCommon,
  describeConfig,
  describeKinds,
  strategyJsonSchema,
} from '../../../../src/adapters/config/reference.ts';
import { STRATEGY_KINDS } from '../../../../src/core/strategies/registry.ts';

const path = (name: string): string =>
  fileURLToPath(new URL(`../../../../${name}`, import.meta.url));

describe('the files that are shipped', () => {
  it.each(['config/plimsoll.yaml', 'config/binance-paper.yaml'])(
    '%s is sound and warns of nothing',
    (name) => {
      const result = loadConfig(path(name), {});
      expect(result.ok ? result.value.warnings : result.error).toEqual([]);
    },
  );

  it('has an enabled example of every kind', () => {
    const result = loadConfig(path('config/plimsoll.yaml'), {});
    const kinds = result.ok ? result.value.strategies.map(({ kind }) => kind) : [];
    expect([...kinds].sort()).toEqual(STRATEGY_KINDS.map(({ kind }) => kind).sort());
  });

  it.each([
    ['config/schema/plimsoll.v1.json', configJsonSchema],
    ['config/schema/strategy.v1.json', strategyJsonSchema],
  ])('%s is up to date (npm run docs)', (name, make) => {
    expect(JSON.parse(readFileSync(path(name), 'utf8'))).toEqual(make());
  });
});

describe('the reference', () => {
  it('has a meaning for every key of every file', () => {
    const rows = [
      ...describeConfig(),
      ...describeCommon(),
      ...describeKinds().flatMap(({ keys }) => keys),
    ];
    expect(
      rows.filter(({ meaning, type }) => meaning === '' || type === '').map(({ key }) => key),
    ).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
  });

  it('shows defaults in the units of the file', () => {
    const row = describeConfig().find(({ key }) => key === 'risk.price_band');
    expect(row).toMatchObject({ type: 'percent', default: '5%', required: false });
  });
});

describe('the kinds', () => {
  it('have reason codes that no other kind has', () => {
    const codes = STRATEGY_KINDS.flatMap(({ reasons }) => Object.keys(reasons));
    expect(new Set(codes).size).toBe(codes.length);
  });
});
