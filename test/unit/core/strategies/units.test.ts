import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { toText } from '../../../../src/core/domain/decimal.ts';
import {
  amountText,
  bound,
  count,
  duration,
  durationText,
  factor,
  money,
  percent,
  symbol,
  timeframe,
} from '../../../../src/core/strategies/units.ts';

/** The first message for an input that is refused. */
function refusal(schema: z.ZodType, input: unknown): string {
  const result = schema.safeParse(input);
  return result.success ? 'accepted' : (result.error.issues[0]?.message ?? '');
}

const anyPercent = percent({ min: 0, max: 1 });
const anyDuration = duration({ min: 0, max: 1_000_000_000 });

describe('percent', () => {
  it.each([
    ['3%', 0.03],
    ['0.1%', 0.001],
    ['100%', 1],
    ['+5%', 0.05],
  ])('reads %s as the fraction %d exactly', (text, fraction) => {
    expect(anyPercent.parse(text)).toBe(fraction);
  });

  it('writes back what it has read', () => {
    for (const text of ['3%', '0.1%', '0.05%', '33.333%']) {
      expect(anyPercent.encode(anyPercent.parse(text))).toBe(text);
    }
  });

  it('refuses a bare number and names both readings', () => {
    expect(refusal(anyPercent, 3)).toBe(
      'write "3%" for 3 percent or "300%" for the fraction 3; a bare 3 could mean either',
    );
    expect(refusal(anyPercent, 0.03)).toContain('"3%" for the fraction 0.03');
  });

  it('refuses what is outside its range and says which range in percent', () => {
    expect(refusal(percent({ min: 0.001, max: 0.5 }), '60%')).toBe('60% is outside 0.1% … 50%');
  });

  it.each(['3', '3 %', 'three%', '', '1e2%', '%', null, true])('refuses %p', (input) => {
    expect(refusal(anyPercent, input)).not.toBe('accepted');
  });

  it('says how to write a missing one', () => {
    expect(refusal(anyPercent, undefined)).toBe('is missing; write a percentage such as "3%"');
  });
});

describe('money', () => {
  it('keeps every digit and the currency', () => {
    const { amount, asset } = money().parse('123456789.123456789 USDT');
    expect([toText(amount), asset]).toEqual(['123456789.123456789', 'USDT']);
  });

  it('refuses a bare number and names both readings', () => {
    expect(refusal(money(), 1000)).toContain('an amount of the quote or of the base currency');
  });

  it.each(['1000', '1000 usdt', 'USDT 1000', '-5 USDT', '0 USDT', '1e3 USDT', '1,000 USDT'])(
    'refuses %p',
    (input) => {
      expect(refusal(money(), input)).not.toBe('accepted');
    },
  );
});

describe('duration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('reads %s as %d ms and writes it back', (text, ms) => {
    expect(anyDuration.parse(text)).toBe(ms);
    expect(durationText(ms)).toBe(text);
  });

  it('refuses a bare number and names both readings, the one that is allowed first', () => {
    expect(refusal(anyDuration, 5)).toBe(
      'write "5s" for seconds or "5m" for minutes; a bare 5 could mean either',
    );
    const every = duration({ min: 60_000, max: 365 * 86_400_000 });
    expect(refusal(every, 86_400)).toContain('write "86400s" for seconds or "86400m"');
    expect(refusal(every, 30)).toContain('write "30m" for minutes or "30s"');
  });

  it('refuses months: "1M" is not "1m"', () => {
    expect(refusal(anyDuration, '1M')).not.toBe('accepted');
  });
});

describe('timeframe', () => {
  it('takes bar lengths we know only', () => {
    expect(timeframe().parse('4h')).toBe('4h');
    expect(refusal(timeframe(), '7m')).toContain('is not a bar length');
    expect(refusal(timeframe(), 5)).toContain('"5m" for minutes or "5h" for hours');
  });
});

describe('bound', () => {
  it('is a distance or a price', () => {
    expect(bound().parse('-4%')).toEqual({ kind: 'percent', fraction: -0.04 });
    const price = bound().parse('56000 USDT');
    expect(price.kind === 'price' && toText(price.amount)).toBe('56000');
  });

  it('refuses a bare number and names both readings', () => {
    expect(refusal(bound(), 4)).toContain('"4 USDT" for a price or "4%" for a distance');
  });
});

describe('symbol', () => {
  it('takes spot markets only', () => {
    expect(symbol().parse('BTC/USDT')).toBe('BTC/USDT');
    for (const text of ['BTCUSDT', 'btc/usdt', 'BTC/USDT:USDT', 'BTC/BTC']) {
      expect(refusal(symbol(), text)).not.toBe('accepted');
    }
  });
});

describe('numbers without unit', () => {
  it('names the range', () => {
    expect(refusal(count({ min: 2, max: 9 }), 10)).toBe('10 is not a whole number from 2 to 9');
    expect(refusal(count({ min: 2, max: 9 }), 2.5)).toBe('2.5 is not a whole number from 2 to 9');
    expect(refusal(factor({ min: 0, max: 1 }), '0.5')).toContain('without quotes or unit');
    expect(refusal(factor({ min: 0, max: 1 }), Number.NaN)).not.toBe('accepted');
  });
});

describe('amountText', () => {
  it('refuses a bare number, which would be rounded', () => {
    expect(toText(amountText().parse('0.1'))).toBe('0.1');
    expect(refusal(amountText(), 10000)).toContain('"10000" in quotes');
  });
});

describe('JSON Schema', () => {
  it('carries pattern, default and examples for editors', () => {
    const schema = z.toJSONSchema(
      z.strictObject({ stop: anyPercent.prefault('5%').describe('A stop.') }),
      { io: 'input' },
    );
    expect(schema.properties?.['stop']).toMatchObject({
      type: 'string',
      default: '5%',
      description: 'A stop.',
      examples: ['3%', '0.25%'],
      pattern: expect.stringContaining('%') as unknown,
    });
  });
});
