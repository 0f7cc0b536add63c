import { describe, expect, it } from '@jest/globals';
import { EXPIRED, within } from '../../../../src/adapters/bullmq/deadline.ts';

const LONG_MS = 60_000;

describe('work with a deadline', () => {
  it('gives its value', async () => {
    expect(await within(Promise.resolve(7), LONG_MS)).toBe(7);
  });

  it('fails as the work fails', async () => {
    await expect(within(Promise.reject(new Error('no')), LONG_MS)).rejects.toThrow('no');
  });

  it('expires when the work does not end', async () => {
    expect(await within(new Promise(() => undefined), 1)).toBe(EXPIRED);
  });

  it('swallows a failure that comes too late', async () => {
    let fail = (_error: Error): void => undefined;
    const work = new Promise<void>((_resolve, reject) => (fail = reject));
    expect(await within(work, 0)).toBe(EXPIRED);
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
