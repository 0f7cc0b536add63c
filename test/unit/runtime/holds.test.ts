import { describe, expect, it } from '@jest/globals';
import { Holds } from '../../../src/runtime/holds.ts';
import { BTC_USDT } from '../../builders/orders.ts';
import { aDesk } from '../../builders/runtime.ts';

const DISK = 'the disk is full';
const SLEEP = 'comparing after a standstill';

function held() {
  const { session } = aDesk();
  const reasons: string[] = [];
  session.onStep(() =>
    reasons.push(session.state.markets.get(BTC_USDT)?.haltReason ?? 'no market'),
  );
  return { session, reasons, holds: new Holds(session) };
}

describe('two things that a symbol waits for', () => {
  it('end one after the other: no entry goes between the first and the second', () => {
    const { holds, reasons } = held();
    holds.hold(SLEEP);
    holds.hold(DISK);
    holds.lift(SLEEP);
    holds.lift(DISK);
    expect(reasons).toEqual([`on hold: ${SLEEP}`, `on hold: ${DISK}`, '']);
  });

  it('meet within a step: what begins while the other is being lifted holds after it', () => {
    const { session, holds, reasons } = held();
    holds.hold(SLEEP);
    let isFirst = true;
    session.onStep(() => {
      if (!isFirst) return;
      isFirst = false;
      holds.lift(SLEEP);
      holds.hold(DISK);
    });
    session.control({ action: 'pause', reason: 'test' });
    expect(reasons.at(-1)).toBe(`on hold: ${DISK}`);
    expect(reasons).toContain('');
  });

  it('leave a halt by the operator as it is', () => {
    const { session, holds, reasons } = held();
    session.control({ action: 'halt', symbol: BTC_USDT, reason: 'look at it' });
    holds.hold(DISK);
    holds.lift(DISK);
    expect(reasons).toEqual(['look at it']);
  });
});
