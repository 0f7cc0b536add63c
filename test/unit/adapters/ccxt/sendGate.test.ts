import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';
import { SendGate, SendRefused, Withheld } from '../../../../src/adapters/ccxt/sendGate.ts';

const BODY = (id: string): string =>
  `https://exchange/order symbol=BTCUSDT&newClientOrderId=${id}&side=BUY`;

describe('SendGate', () => {
  it('lets one request of an open gate pass, and tells that it did', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    gate.pass('POST', BODY('x1'));
    expect(gate.close(['x1'])).toBe(true);
  });

  it('stops the second one', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    gate.pass('POST', BODY('x1'));
    expect(() => gate.pass('POST', BODY('x1'))).toThrow(SendRefused);
  });

  it('stops a request whose gate was closed, and one that never had a gate', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    expect(gate.close(['x1'])).toBe(false);
    expect(() => gate.pass('POST', BODY('x1'))).toThrow(SendRefused);
    expect(() => gate.pass('POST', BODY('x2'))).toThrow(SendRefused);
  });

  it('keeps orders apart', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    gate.open(['x2']);
    gate.pass('POST', BODY('x2'));
    expect([gate.close(['x1']), gate.close(['x2'])]).toEqual([false, true]);
  });

  it('does not open twice', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    expect(() => gate.open(['x1'])).toThrow(SendRefused);
  });

  it('lets one request carry both legs of a pair, and then nothing more of either', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1', 'x2']);
    gate.pass('POST', 'above=x2&below=x1');
    expect(() => gate.pass('POST', BODY('x2'))).toThrow(SendRefused);
    expect(() => gate.pass('POST', BODY('x1'))).toThrow(SendRefused);
    expect(gate.close(['x1', 'x2'])).toBe(true);
  });

  it('opens all of a pair or none of it', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x2']);
    expect(() => gate.open(['x1', 'x2'])).toThrow(SendRefused);
    expect(() => gate.pass('POST', BODY('x1'))).toThrow(SendRefused);
  });

  it('asks once more when the bytes leave, and what is held back there was not sent', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    gate.pass('POST', BODY('x1'));
    expect(() => {
      gate.leave('POST', BODY('x1'), () => 'entries were paused');
    }).toThrow(new Withheld('entries were paused'));
    expect(gate.close(['x1'])).toBe(false);
  });

  it('holds back when nobody can say whether it may leave', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    gate.pass('POST', BODY('x1'));
    const look = (): string => {
      throw new Error('JOURNAL_IO: no disk');
    };
    expect(() => {
      gate.leave('POST', BODY('x1'), look);
    }).toThrow(Withheld);
    expect(gate.close(['x1'])).toBe(false);
  });

  it('has sent what was signed and not held back: nobody may say that it did not leave', () => {
    const gate = new SendGate(new ManualClock());
    gate.open(['x1']);
    gate.pass('POST', BODY('x1'));
    gate.leave('POST', BODY('x1'), () => '');
    expect(gate.close(['x1'])).toBe(true);
  });

  it('stops bytes that waited too long for their connection', () => {
    const clock = new ManualClock();
    const gate = new SendGate(clock);
    gate.open(['x1']);
    gate.pass('POST', BODY('x1'));
    clock.advance(60_000);
    expect(() => {
      gate.leave('POST', BODY('x1'), undefined);
    }).toThrow(SendRefused);
    expect(gate.close(['x1'])).toBe(false);
  });

  it('holds back a cancel that nobody wants any more', () => {
    const gate = new SendGate(new ManualClock());
    expect(() => {
      gate.leave('DELETE', BODY('x1'), () => 'it stands');
    }).toThrow(Withheld);
  });

  it('lets reads and cancels pass', () => {
    const gate = new SendGate(new ManualClock());
    expect(() => gate.pass('GET', BODY('x1'))).not.toThrow();
    expect(() => gate.pass('DELETE', BODY('x1'))).not.toThrow();
  });

  it.each([
    ['passed', (clock: ManualClock) => clock.advance(60_000)],
    ['were skipped by the wall clock', (clock: ManualClock) => clock.setWall(60_000)],
  ])('stops a request when minutes %s since its gate opened', (_name, pause) => {
    const clock = new ManualClock();
    const gate = new SendGate(clock);
    gate.open(['x1']);
    pause(clock);
    expect(() => gate.pass('POST', BODY('x1'))).toThrow(SendRefused);
    expect(gate.close(['x1'])).toBe(false);
  });
});
