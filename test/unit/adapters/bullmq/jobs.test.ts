import { describe, expect, it } from '@jest/globals';
import { fromWire, jobIds, toWire } from '../../../../src/adapters/bullmq/jobs.ts';
import { aJob } from '../../../builders/orderQueues.ts';

describe('job ids', () => {
  it('are never the same twice, not even for one intent', () => {
    const nextId = jobIds();
    const ids = Array.from({ length: 100 }, () => nextId(aJob('demo-1')));
    expect(new Set(ids).size).toBe(100);
  });

  it('differ between two runs of the program', () => {
    expect(jobIds()(aJob('demo-1'))).not.toBe(jobIds()(aJob('demo-1')));
  });

  it('are legal for BullMQ whatever the intent is called: no colon, not numeric', () => {
    const id = jobIds()(aJob('17:4 ß'));
    expect(id).toMatch(/^place-17_4__-[0-9a-f]{12}-1$/u);
  });
});

describe('a job on the wire', () => {
  it('comes back as it was', () => {
    const job = { ...aJob('demo-1'), kind: 'cancel' as const };
    expect(fromWire(JSON.parse(JSON.stringify(toWire(job))))).toEqual(job);
  });

  it('carries nothing but its three fields', () => {
    expect(Object.keys(toWire({ ...aJob('demo-1'), ...{ secret: 'x' } }))).toEqual([
      'kind',
      'intentId',
      'symbol',
    ]);
  });

  it.each([
    [undefined],
    [null],
    ['place'],
    [{}],
    [{ kind: 'replace', intentId: 'demo-1', symbol: 'BTC/USDT' }],
    [{ kind: 'place', intentId: 1, symbol: 'BTC/USDT' }],
    [{ kind: 'place', intentId: 'demo-1' }],
  ])('is refused when it is %j', (data) => {
    expect(fromWire(data)).toBeUndefined();
  });
});
