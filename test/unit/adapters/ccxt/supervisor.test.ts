import { describe, expect, it } from '@jest/globals';
import { Supervisor } from '../../../../src/adapters/ccxt/supervisor.ts';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';
import { keepingLogger } from '../../../builders/ccxt.ts';

/** Lets everything that is due in promises happen. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A supervised link that waits in each run to be ended. */
function watched() {
  const clock = new ManualClock();
  const ends: ((error: Error) => void)[] = [];
  const downs: string[] = [];
  const supervisor = new Supervisor(
    {
      prepare: () => Promise.resolve(),
      run: () => new Promise<never>((_resolve, reject) => ends.push(reject)),
      drop: (reason) => ends.at(-1)?.(reason),
      onDown: (message) => downs.push(message),
    },
    { name: 'test', clock, logger: keepingLogger(), secrets: ['hush-hush'] },
  );
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  const lose = async (text: string): Promise<void> => {
    ends.at(-1)?.(new Error(text));
    await settle();
  };
  return { supervisor, downs, pass, lose, runs: () => ends.length };
}

describe('Supervisor', () => {
  it('runs again after a wait that doubles up to 30 s', async () => {
    const { supervisor, pass, lose, runs } = watched();
    supervisor.start();
    await settle();
    for (const waitMs of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = runs();
      await lose('lost');
      await pass(waitMs - 1);
      expect(runs()).toBe(before);
      await pass(1);
      expect(runs()).toBe(before + 1);
    }
    await supervisor.close();
  });

  it('begins with the short wait again after 30 s up', async () => {
    const { supervisor, pass, lose, runs } = watched();
    supervisor.start();
    await settle();
    await lose('lost');
    await pass(500);
    supervisor.up();
    await pass(30_000);
    await lose('lost');
    await pass(500);
    expect(runs()).toBe(3);
    await supervisor.close();
  });

  it('drops what is not confirmed within 20 s', async () => {
    const { supervisor, pass, downs } = watched();
    supervisor.start();
    await settle();
    await pass(19_999);
    expect(downs).toEqual([]);
    await pass(1);
    expect(downs).toEqual(['Error: not confirmed within 20000 ms']);
    await supervisor.close();
  });

  it('leaves what is confirmed alone', async () => {
    const { supervisor, pass, downs } = watched();
    supervisor.start();
    await settle();
    supervisor.up();
    await pass(86_400_000);
    expect(downs).toEqual([]);
    await supervisor.close();
  });

  it('tells each loss, redacted', async () => {
    const { supervisor, lose, downs } = watched();
    supervisor.start();
    await settle();
    await lose('refused hush-hush');
    expect(downs).toEqual(['Error: refused ***']);
    await supervisor.close();
  });

  it('ends while running and while waiting, and does not run again', async () => {
    for (const isWaiting of [false, true]) {
      const { supervisor, lose, pass, runs, downs } = watched();
      supervisor.start();
      await settle();
      if (isWaiting) await lose('lost');
      await supervisor.close();
      await pass(60_000);
      expect(runs()).toBe(1);
      expect(downs).toHaveLength(isWaiting ? 1 : 0);
    }
  });
});
