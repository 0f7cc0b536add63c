import { describe, expect, it } from '@jest/globals';
import {
  fromWire,
  JOB_OPTIONS,
  jobIds,
  optionsOf,
  queueName,
  toWire,
} from '../../../../src/adapters/bullmq/jobs.ts';
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

describe('how BullMQ is to treat a job', () => {
  it('tries nothing twice, keeps nothing, and takes ways out first', () => {
    expect(optionsOf('j', 'way out')).toEqual({ ...JOB_OPTIONS, jobId: 'j' });
    expect(optionsOf('j', 'entry')).toMatchObject({ attempts: 1, priority: expect.any(Number) });
  });

  it('is in a queue of the journal’s own, named without what BullMQ refuses', () => {
    expect(queueName('a:b')).toBe('orders-a_b');
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
      'clientOrderId',
    ]);
  });

  it.each([
    [undefined],
    [null],
    ['place'],
    [{}],
    [{ kind: 'replace', intentId: 'demo-1', clientOrderId: 'x1' }],
    [{ kind: 'place', intentId: 1, clientOrderId: 'x1' }],
    [{ kind: 'place', intentId: 'demo-1' }],
  ])('is refused when it is %j', (data) => {
    expect(fromWire(data)).toBeUndefined();
  });
});
