import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { marketSymbol, strategyId } from '../../../../src/core/domain/ids.ts';
import { orderIdentity, type IdentityParts } from '../../../../src/core/orders/clientOrderId.ts';
import { BTC_USDT, GRID } from '../../../builders/orders.ts';

const parts: IdentityParts = {
  instanceId: 'k3v9',
  runId: 'r1',
  sequence: 7,
  strategyId: GRID,
  symbol: BTC_USDT,
  side: 'buy',
};

describe('orderIdentity', () => {
  it('names the intent by instance and sequence', () => {
    expect(orderIdentity(parts).intentId).toBe('k3v9-7');
    expect(orderIdentity(parts).sequence).toBe(7);
  });

  it('gives x and 17 lower-case base32 digits of the SHA-256 of the parts', () => {
    const digest = createHash('sha256').update('r1\nk3v9-7\ngrid\nBTC/USDT\nbuy').digest();
    const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const digits = Array.from({ length: 17 }, (_, index) =>
      'abcdefghijklmnopqrstuvwxyz234567'.charAt(parseInt(bits.slice(index * 5, index * 5 + 5), 2)),
    );
    expect(orderIdentity(parts).clientOrderId).toBe(`x${digits.join('')}`);
  });

  it('is the same id every time for the same parts', () => {
    expect(orderIdentity({ ...parts })).toEqual(orderIdentity(parts));
  });

  it('is another id when any part differs', () => {
    const others: IdentityParts[] = [
      { ...parts, instanceId: 'k3v8' },
      { ...parts, runId: 'r2' },
      { ...parts, sequence: 8 },
      { ...parts, strategyId: strategyId('dca') },
      { ...parts, symbol: marketSymbol('ETH/USDT') },
      { ...parts, side: 'sell' },
    ];
    const ids = [parts, ...others].map((one) => orderIdentity(one).clientOrderId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('never repeats over a hundred thousand sequence numbers', () => {
    const ids = new Set<string>();
    for (let sequence = 1; sequence <= 100_000; sequence += 1) {
      ids.add(orderIdentity({ ...parts, sequence }).clientOrderId);
    }
    expect(ids.size).toBe(100_000);
  });
});
