import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { marketSymbol, strategyId } from '../../../../src/core/domain/ids.ts';
import {
  clientOrderIdIsOurs,
  isOfInstance,
  orderIdentity,
  type IdentityParts,
} from '../../../../src/core/orders/clientOrderId.ts';
import { BTC_USDT, GRID } from '../../../builders/orders.ts';

const parts: IdentityParts = {
  instanceId: 'k3v9',
  runId: 'r1',
  sequence: 7,
  strategyId: GRID,
  symbol: BTC_USDT,
  side: 'buy',
};

function base32(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = Array.from({ length: 17 }, (_, index) =>
    'abcdefghijklmnopqrstuvwxyz234567'.charAt(parseInt(bits.slice(index * 5, index * 5 + 5), 2)),
  );
  return digits.join('');
}

describe('orderIdentity', () => {
  it('names the intent by instance and sequence', () => {
    expect(orderIdentity(parts).intentId).toBe('k3v9-7');
    expect(orderIdentity(parts).sequence).toBe(7);
  });

  it('gives x, 5 base32 digits of the instance and 12 of all parts, each of a SHA-256', () => {
    const all = base32('r1\nk3v9-7\ngrid\nBTC/USDT\nbuy').slice(0, 12);
    expect(orderIdentity(parts).clientOrderId).toBe(`x${base32('k3v9').slice(0, 5)}${all}`);
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

describe('isOfInstance', () => {
  const { clientOrderId } = orderIdentity(parts);

  it('knows the ids of an instance whatever its run, and no other’s', () => {
    const later = orderIdentity({ ...parts, runId: 'r9', sequence: 4_000 });
    expect(isOfInstance(clientOrderId, 'k3v9')).toBe(true);
    expect(isOfInstance(later.clientOrderId, 'k3v9')).toBe(true);
    expect(isOfInstance(clientOrderId, 'k3v8')).toBe(false);
    expect(clientOrderIdIsOurs(clientOrderId)).toBe(true);
  });

  it('takes nothing that only begins like one', () => {
    for (const id of [clientOrderId.slice(0, 6), `${clientOrderId}a`, 'web_123', ''])
      expect(isOfInstance(id, 'k3v9')).toBe(false);
  });
});
