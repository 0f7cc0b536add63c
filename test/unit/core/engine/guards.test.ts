import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { ENTER, GuardWorld, leave, type GuardWorldOptions } from '../../../builders/guardWorld.ts';
import { aControl } from '../../../builders/engine.ts';
import { BTC_USDT } from '../../../builders/orders.ts';

/** 1.996 BTC bought at 100, guarded. */
function holding(options: GuardWorldOptions = {}): GuardWorld {
  const world = new GuardWorld(options);
  world.hold();
  return world;
}

const PAIRED: GuardWorldOptions = { triggers: 'oco', spec: { takeProfit: 0.2 } };

describe('a guard', () => {
  it('is made for what was bought, and the strategy does not see it', () => {
    const world = holding();
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
    expect(world.own).toEqual([]);
    expect(world.context.position.amount).toEqual(dec('1.996'));
  });

  it('is a pair where the exchange joins stop and take-profit, and a stop alone where it does not', () => {
    expect(holding(PAIRED).guards).toEqual([
      'stop 1.996 @90 ACKED',
      'limit_maker 1.996 @120 ACKED',
    ]);
    expect(holding({ ...PAIRED, triggers: 'stop' }).guards).toEqual(['stop 1.996 @90 ACKED']);
    expect(holding({ ...PAIRED, triggers: 'none' }).guards).toEqual([]);
  });

  it('is made anew for a larger position and its new price, only when the old one is proved ended', () => {
    const world = holding();
    const old = world.leg('stop');
    world.price = 80.0;
    world.trade(95);
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
    world.send();
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
    world.cancel();
    world.send();
    expect(world.guards).toEqual(['stop 4.097 @87.7 ACKED']);
    expect(world.leg('stop').intent.parentId).toBe(old.intent.intentId);
  });

  it('waits for the end of a buy at the market instead of following each of its fills', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    const buy = world.own1();
    world.fill(buy, dec('0.5'));
    world.fill(buy, dec('0.5'));
    expect(world.guards).toEqual([]);
    world.fill(buy);
    expect(world.guards).toEqual(['stop 1.996 @90 PLANNED']);
  });

  it('leaves alone what the strategy is selling itself', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.strategy.onFill = () => {
      world.context.place(leave('1.5', { type: 'limit', price: 110 }));
    };
    world.fill(world.own1());
    expect(world.guards).toEqual(['stop 0.496 @90 PLANNED']);
    expect(world.own).toEqual(['sell 1.5 PLANNED']);
  });

  it('is not made for what is too little to sell', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    const entry = world.own1();
    world.fill(entry, dec('0.05'));
    world.act((context) => {
      context.cancel(entry.intent.intentId, 'ENOUGH');
    });
    world.cancel();
    expect(world.own).toEqual([]);
    // 0.05 BTC at the stop price are worth less than the least notional.
    expect([world.position, world.guards]).toEqual(['0.05', []]);
  });

  it('is made while entries are paused and the symbol is halted, and survives a cancel of all orders', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.step(aControl('pause', world.state.now));
    world.step({ ...aControl('halt', world.state.now), symbol: BTC_USDT });
    world.fill(world.own1());
    world.send();
    world.step(aControl('cancelAll', world.state.now));
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
    world.step(aControl('disarm', world.state.now));
    world.step(aControl('cancelAll', world.state.now));
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
  });

  it('is not counted among the strategy’s open orders', () => {
    const world = holding(PAIRED);
    expect(world.state.book.openOrders).toBe(0);
  });
});

describe('a guard that comes to nothing', () => {
  it('is asked for again after a wait that grows, and never twice at once', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    const waits: number[] = [];
    for (let refusals = 0; refusals < 4; refusals += 1) {
      world.send('rejected');
      let waited = 0;
      while (world.guards.length === 0) {
        world.trade(99, 0.5);
        waited += 0.5;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  it('is looked for as long as its outcome is unknown, and made again when it is proved absent', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    world.send('lost');
    world.trade(99, 5);
    expect(world.guards).toEqual(['stop 1.996 @90 UNKNOWN']);
    world.lookUp(world.leg('stop'));
    world.trade(99, 2);
    expect(world.guards).toEqual(['stop 1.996 @90 PLANNED']);
  });

  it('is made again when someone else cancels it', () => {
    const world = holding();
    world.end(world.leg('stop'));
    world.trade(99, 2);
    world.send();
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
  });

  it('whose cancel is refused is cancelled again after a wait, not at once', () => {
    const world = holding();
    world.place(leave('1'));
    world.cancel('refused');
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
    world.trade(99, 2);
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
  });
});

describe('a guard that sells', () => {
  it('is a stop-loss as if it were kept here: note, cooldown, and the strategy is told', () => {
    const world = holding({ spec: { cooldownMs: 60_000 } });
    world.trade(89.5);
    expect(world.codes).not.toContain('STOP_LOSS');
    world.fill(world.leg('stop'));
    expect(world.notes.find(({ code }) => code === 'STOP_LOSS')?.inputs).toMatchObject({
      price: 89.5,
      stopPrice: 90,
      stopLoss: 0.1,
      averagePrice: 100,
    });
    expect(world.strategy.seen.at(-1)).toBe('stopped');
    expect(world.runtime.stoppedUntil).toBe(world.state.now + 60_000);
    expect(world.place(ENTER)).toBeUndefined();
  });

  it('cancels the strategy’s own orders and sells what they held back', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.strategy.onFill = () => {
      if (world.own.length === 1) world.context.place(leave('1', { type: 'limit', price: 110 }));
    };
    world.fill(world.own1());
    world.send();
    world.trade(89);
    world.fill(world.leg('stop'));
    expect(world.own).toEqual(['sell 1 CANCELLING']);
    world.cancel();
    expect(
      world
        .unsent()
        .flat()
        .map(({ intent }) => intent.reason),
    ).toEqual(['STOP_LOSS']);
    world.send();
    world.fill(world.own1());
    expect([world.position, world.strategy.seen.at(-1)]).toEqual(['0', 'stopped']);
  });

  it('at its target is a take-profit without cooldown, and its stop ends', () => {
    const world = holding({ ...PAIRED, spec: { takeProfit: 0.2, cooldownMs: 60_000 } });
    world.trade(120);
    world.fill(world.leg('target'));
    expect(world.notes.find(({ code }) => code === 'TAKE_PROFIT')?.inputs).toMatchObject({
      price: 120,
      targetPrice: 120,
      takeProfit: 0.2,
    });
    expect([world.position, world.guards, world.strategy.seen.at(-1)]).toEqual([
      '0',
      [],
      'stopped',
    ]);
    expect(world.runtime.stoppedUntil).toBe(0);
  });

  it('and stops half-way is given ten seconds, then the rest is sold at the market', () => {
    const world = holding(PAIRED);
    world.trade(120);
    world.fill(world.leg('target'), dec('0.5'));
    world.trade(119, 9);
    expect(world.guards).toEqual(['limit_maker 1.996 @120 PARTIAL']);
    world.trade(118, 2);
    expect(world.guards).toEqual(['limit_maker 1.996 @120 CANCELLING']);
    world.cancel();
    world.send();
    expect(world.own).toEqual(['sell 1.496 ACKED']);
    world.fill(world.own1());
    expect([world.position, world.strategy.seen.at(-1)]).toEqual(['0', 'stopped']);
  });

  it('does not sell within ten seconds below its price is overtaken by the stop kept here', () => {
    const world = holding();
    world.trade(89.9);
    world.trade(89.9, 10);
    expect(world.codes).not.toContain('STOP_OVERDUE');
    world.trade(89.9, 1);
    expect(world.codes.slice(-2)).toEqual(['STOP_OVERDUE', 'STOP_LOSS']);
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
    world.cancel();
    world.send();
    expect(world.own).toEqual(['sell 1.996 ACKED']);
  });

  it('for a target of before, above what is reached now, does not keep that from being sold', () => {
    const world = holding(PAIRED);
    world.runtime.targetPrice = 104;
    world.trade(104.5);
    expect(world.codes).toContain('TAKE_PROFIT');
    world.cancel();
    world.cancel();
    world.send();
    expect(world.own).toEqual(['sell 1.996 ACKED']);
  });

  it('for a target of before that is reached as well does so at its own price', () => {
    const world = holding(PAIRED);
    world.runtime.targetPrice = 119.5;
    world.trade(120);
    expect(world.codes).not.toContain('TAKE_PROFIT');
    world.fill(world.leg('target'));
    expect([world.position, world.guards]).toEqual(['0', []]);
  });

  it('for a stop of before, below what is reached now, is not waited for', () => {
    const world = holding();
    world.runtime.stopPrice = 95;
    world.trade(94.9);
    expect(world.codes).toContain('STOP_LOSS');
    expect(world.codes).not.toContain('STOP_OVERDUE');
    world.cancel();
    world.send();
    expect(world.own).toEqual(['sell 1.996 ACKED']);
  });

  it('is waited for anew when the price was above in between', () => {
    const world = holding();
    world.trade(89.9);
    world.trade(90.5, 6);
    world.trade(89.9, 6);
    world.trade(89.9, 6);
    expect(world.codes).not.toContain('STOP_OVERDUE');
  });
});

describe('what is kept here', () => {
  it('acts at once while no stop is at the exchange', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    world.send('lost');
    world.trade(89);
    expect(world.codes).toContain('STOP_LOSS');
    expect(world.guards).toEqual(['stop 1.996 @90 UNKNOWN']);
    world.lookUp(world.leg('stop'));
    world.send();
    expect(world.own).toEqual(['sell 1.996 ACKED']);
  });

  it('takes the profit where no exchange holds the order', () => {
    const world = holding({ triggers: 'stop', spec: { takeProfit: 0.2, cooldownMs: 60_000 } });
    world.trade(119.9);
    expect(world.codes).not.toContain('TAKE_PROFIT');
    world.trade(120.1);
    world.cancel();
    world.send();
    world.fill(world.own1());
    expect([world.position, world.strategy.seen.at(-1)]).toEqual(['0', 'stopped']);
    expect(world.runtime.stoppedUntil).toBe(0);
  });

  it('takes the profit of a strategy without a stop', () => {
    const world = new GuardWorld({ triggers: 'oco', stopLoss: null, spec: { takeProfit: 0.1 } });
    world.hold();
    expect(world.guards).toEqual([]);
    world.trade(110);
    expect(world.codes).toContain('TAKE_PROFIT');
  });

  it('sells again when the exchange refuses the sell, after waits that grow', () => {
    const world = holding({ triggers: 'none' });
    world.trade(89);
    const waits: number[] = [];
    for (let refusals = 0; refusals < 6; refusals += 1) {
      world.send('rejected');
      let waited = 0;
      for (; world.own.length === 0; waited += 1) world.trade(89, 1);
      waits.push(waited);
    }
    expect(waits).toEqual([10, 5, 10, 20, 40, 60]);
  });
});

describe('a strategy that is taken out', () => {
  it('sells as soon as it is armed when its orders ended before, without a price', () => {
    const world = holding();
    world.step(aControl('flatten'));
    world.step(aControl('disarm'));
    world.cancel();
    expect(world.own).toEqual([]);
    world.step(aControl('arm'));
    expect(world.own).toEqual(['sell 1.996 PLANNED']);
  });
});

describe('a position without its stop', () => {
  const exposed = (): GuardWorld => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    world.send('lost');
    return world;
  };

  it('is alarmed once after thirty seconds, and once more when it has it again', () => {
    const world = exposed();
    world.trade(99, 29);
    expect(world.codes).not.toContain('UNPROTECTED');
    world.trade(99, 2);
    world.trade(99, 40);
    expect(world.codes.filter((code) => code === 'UNPROTECTED')).toHaveLength(1);
    world.lookUp(world.leg('stop'));
    world.trade(99, 70);
    world.send();
    world.trade(99);
    expect(world.codes.filter((code) => code === 'PROTECTED')).toHaveLength(1);
  });

  it('is alarmed although it is being sold again and again: the exchange refuses every sell', () => {
    const world = exposed();
    world.trade(89);
    world.lookUp(world.leg('stop'));
    for (let minute = 0; minute < 3; minute += 1) {
      world.send('rejected');
      world.trade(89, 60);
      expect(world.own).toEqual(['sell 1.996 PLANNED']);
    }
    expect(world.codes.filter((code) => code === 'UNPROTECTED')).toHaveLength(1);
    expect(world.codes).not.toContain('PROTECTED');
    world.send();
    expect(world.codes).toContain('PROTECTED');
  });

  it('is alarmed for the part that a stop does not cover, which the exchange does not let go', () => {
    const world = holding();
    world.price = 80.0;
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    for (let step = 0; step < 40; step += 1) {
      world.cancel('refused');
      world.trade(99, 0.9);
    }
    expect(world.guards).toEqual([expect.stringContaining('stop 1.996 @90')]);
    expect(world.codes.filter((code) => code === 'UNPROTECTED')).toHaveLength(1);
    const alarm = world.notes.find(({ code }) => code === 'UNPROTECTED');
    expect(alarm?.inputs['amount']).toBe('2.495');
    world.trade(99, 70);
    world.cancel();
    world.send();
    world.trade(99);
    expect(world.codes.filter((code) => code === 'PROTECTED')).toHaveLength(1);
  });

  it('is alarmed, sold and guarded again while its market is silent', () => {
    const silence = (world: GuardWorld, seconds: number): void => {
      const at = world.state.now + seconds * 1_000;
      world.step({ kind: 'feed', at, symbol: BTC_USDT, stale: true });
    };
    const world = exposed();
    silence(world, 31);
    expect(world.codes).toContain('UNPROTECTED');
    world.lookUp(world.leg('stop'));
    silence(world, 2);
    expect(world.guards).toEqual(['stop 1.996 @90 PLANNED']);
    const sold = exposed();
    sold.trade(89);
    sold.lookUp(sold.leg('stop'));
    sold.send('rejected');
    silence(sold, 11);
    expect(sold.own).toEqual(['sell 1.996 PLANNED']);
  });

  it('stays known as such over a restart', () => {
    const world = exposed();
    world.trade(99, 20);
    world.crash();
    world.trade(99, 11);
    expect(world.codes.filter((code) => code === 'UNPROTECTED')).toHaveLength(1);
    world.crash();
    world.trade(99, 11);
    expect(world.codes.filter((code) => code === 'UNPROTECTED')).toHaveLength(1);
  });

  it('is none where nothing can be held', () => {
    const world = holding({ triggers: 'none' });
    world.trade(99, 60);
    expect(world.codes).not.toContain('UNPROTECTED');
  });

  it('has it again after a restart that lost it', () => {
    const world = holding();
    world.end(world.leg('stop'));
    world.crash();
    world.trade(99, 2);
    world.send();
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
  });
});

describe('what contradicts the books', () => {
  const reasonOf = (world: GuardWorld): string | undefined =>
    world.state.markets.get(BTC_USDT)?.haltReason;

  it('halts the symbol when the exchange takes back what was filled', () => {
    const world = holding();
    world.place(ENTER);
    world.send();
    const order = world.own1();
    world.fill(order);
    const held = world.held.get(order.intent.intentId);
    if (!held) throw new Error('the exchange does not have it');
    Object.assign(held, { status: 'canceled', filled: dec('0.1') });
    world.report(order);
    expect(reasonOf(world)).toMatch(/was FILLED, the exchange says CANCELLED$/u);
    expect(world.codes.slice(-2)).toEqual(['TRANSITION_ILLEGAL', 'HALT']);
  });

  it('halts the symbol when more was sold than was held: a guard filled after it was thought cancelled', () => {
    const world = holding();
    const stop = world.leg('stop');
    world.place(leave('1.996'));
    world.cancel();
    world.send();
    world.fill(world.own1());
    const held = world.held.get(stop.intent.intentId);
    if (!held) throw new Error('the exchange does not have it');
    held.status = 'open';
    world.fill(stop);
    expect(world.position).toBe('-1.996');
    expect(reasonOf(world)).toBe('strategy grid has sold more than it held');
    expect(world.codes).toContain('LATE_FILL');
  });
});
