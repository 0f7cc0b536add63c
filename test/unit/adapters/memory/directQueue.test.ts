import { describe, expect, it } from '@jest/globals';
import { directQueue } from '../../../../src/adapters/memory/directQueue.ts';
import { intentId } from '../../../../src/core/domain/ids.ts';
import type { QueueJob } from '../../../../src/ports/orderQueue.ts';
import { BTC, ETH } from '../../../builders/journal.ts';

const job = (id: string, symbol = BTC): QueueJob => ({
  kind: 'place',
  intentId: intentId(id),
  symbol,
});

/** A handler whose runs end when told. */
function gated() {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    log,
    handler: async ({ intentId: id }: QueueJob): Promise<void> => {
      log.push(`start ${id}`);
      await new Promise<void>((resolve) => ends.set(id, resolve));
      log.push(`end ${id}`);
    },
    end: (id: string) => ends.get(id)?.(),
  };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the direct queue', () => {
  it('starts the handler before enqueue returns when nothing else runs for the symbol', async () => {
    const queue = directQueue();
    const seen: string[] = [];
    await queue.start(async ({ intentId: id }) => void seen.push(id));
    void queue.enqueue(job('a'));
    expect(seen).toEqual(['a']);
    expect(queue.pending).toBe(1);
    await queue.idle();
    expect(queue.pending).toBe(0);
  });

  it('runs jobs of one symbol one at a time, in order, and symbols side by side', async () => {
    const queue = directQueue();
    const { log, handler, end } = gated();
    await queue.start(handler);
    for (const one of [job('a'), job('b'), job('c', ETH)]) await queue.enqueue(one);
    expect(log).toEqual(['start a', 'start c']);
    expect(await queue.stats()).toEqual({ waiting: 1, active: 2, failed: 0, warning: '' });
    end('a');
    await settle();
    expect(log).toEqual(['start a', 'start c', 'end a', 'start b']);
    end('c');
    await settle();
    end('b');
    await queue.idle();
    expect(log.slice(4)).toEqual(['end c', 'end b']);
  });

  it('is idle only when jobs that jobs made are done too', async () => {
    const queue = directQueue();
    const seen: string[] = [];
    await queue.start(async ({ intentId: id }) => {
      await settle();
      seen.push(id);
      if (seen.length < 5) await queue.enqueue(job(`${id}+`));
    });
    await queue.enqueue(job('a'));
    await queue.idle();
    expect(seen).toEqual(['a', 'a+', 'a++', 'a+++', 'a++++']);
  });

  it('goes on after a handler failed, and lets idle throw the first failure once', async () => {
    const queue = directQueue();
    const seen: string[] = [];
    await queue.start(async ({ intentId: id }) => {
      seen.push(id);
      if (id !== 'c') throw new Error(`no ${id}`);
    });
    for (const id of ['a', 'b', 'c']) await queue.enqueue(job(id));
    await expect(queue.idle()).rejects.toThrow('no a');
    await queue.idle();
    expect(seen).toEqual(['a', 'b', 'c']);
    expect((await queue.stats()).failed).toBe(2);
  });

  it('refuses jobs before start and after close', async () => {
    const queue = directQueue();
    await expect(queue.enqueue(job('a'))).rejects.toThrow('QUEUE_UNAVAILABLE');
    await queue.start(async () => {});
    await queue.close(10);
    await expect(queue.enqueue(job('a'))).rejects.toThrow('QUEUE_UNAVAILABLE');
  });

  it('closes when the running job ends, without starting those that wait', async () => {
    const queue = directQueue();
    const { log, handler, end } = gated();
    await queue.start(handler);
    for (const id of ['a', 'b']) await queue.enqueue(job(id));
    const closed = queue.close(60_000);
    end('a');
    await closed;
    expect(log).toEqual(['start a', 'end a']);
  });

  it('closes at the deadline when the running job does not end', async () => {
    const queue = directQueue();
    const { log, handler } = gated();
    await queue.start(handler);
    await queue.enqueue(job('a'));
    await queue.close(5);
    expect(log).toEqual(['start a']);
  });
});
