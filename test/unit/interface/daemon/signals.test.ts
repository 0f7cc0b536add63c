import { EventEmitter } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import { SAME_PRESS_MS, watchSignals } from '../../../../src/interface/daemon/signals.ts';

function watched() {
  const source = new EventEmitter();
  const calls: string[] = [];
  const unwatch = watchSignals(source, {
    stop: (signal) => calls.push(`stop ${signal}`),
    force: () => calls.push('force'),
    reload: () => calls.push('reload'),
    fatal: (error) => calls.push(`fatal ${error.message}`),
  });
  return { source, calls, unwatch };
}

describe('signals', () => {
  it('stop at the first, and take the same press for one', () => {
    const { source, calls } = watched();
    source.emit('SIGINT');
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(calls).toEqual(['stop SIGINT']);
  });

  it('force at a second press', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const { source, calls } = watched();
    source.emit('SIGTERM');
    now.mockReturnValue(1_000 + SAME_PRESS_MS);
    source.emit('SIGINT');
    now.mockRestore();
    expect(calls).toEqual(['stop SIGTERM', 'force']);
  });

  it('reload on SIGHUP', () => {
    const { source, calls } = watched();
    source.emit('SIGHUP');
    expect(calls).toEqual(['reload']);
  });

  it('report errors nobody caught, whatever was thrown', () => {
    const { source, calls } = watched();
    source.emit('uncaughtException', new Error('a'));
    source.emit('unhandledRejection', 'b');
    expect(calls).toEqual(['fatal a', 'fatal b']);
  });

  it('are given back', () => {
    const { source, unwatch } = watched();
    unwatch();
    expect(source.eventNames()).toEqual([]);
  });
});
