import { describe, expect, it } from '@jest/globals';
import { watchSilence } from '../../../../src/adapters/ccxt/watchdog.ts';
import type { CcxtClient } from '../../../../src/adapters/ccxt/types.ts';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';

/** A lane with one connection, dialled again whenever it is dropped; nothing but the address is real. */
function watched() {
  const clock = new ManualClock();
  const dial = (): CcxtClient => ({
    url: 'ws://exchange/0',
    future: () => Promise.resolve(),
    send: () => Promise.resolve(),
    onError: () => undefined,
    onMessage: () => undefined,
  });
  const state = { client: dial(), frames: 1, drops: [] as string[] };
  const stop = watchSilence(
    () => ({
      connections: () => [state.client],
      framesOf: () => state.frames,
      drop: (_client, error) => {
        state.drops.push(error.message);
        state.client = dial();
        state.frames = 1;
      },
    }),
    clock,
  );
  return { clock, state, stop };
}

describe('watchSilence', () => {
  it('drops a connection without frames for 60 s', () => {
    const { clock, state } = watched();
    clock.advance(60_000);
    expect(state.drops).toEqual([]);
    clock.advance(5_000);
    expect(state.drops).toEqual(['silent for 60000 ms']);
  });

  it('keeps one on which something arrives', () => {
    const { clock, state } = watched();
    for (let i = 0; i < 100; i += 1) {
      clock.advance(59_000);
      state.frames += 1;
    }
    expect(state.drops).toEqual([]);
  });

  it('is more patient after each silence, up to 8 minutes, and like before after data', () => {
    const { clock, state } = watched();
    clock.advance(3_600_000);
    expect(state.drops.slice(0, 5)).toEqual(
      [60, 120, 240, 480, 480].map((s) => `silent for ${s * 1_000} ms`),
    );
    clock.advance(10_000);
    state.frames += 1;
    clock.advance(5_000);
    state.drops = [];
    clock.advance(65_000);
    expect(state.drops).toEqual(['silent for 60000 ms']);
  });

  it('stops when told, and waits for a lane', () => {
    const { clock, state, stop } = watched();
    stop();
    clock.advance(3_600_000);
    expect(state.drops).toEqual([]);
    const stopOther = watchSilence(() => undefined, clock);
    clock.advance(60_000);
    stopOther();
  });
});
