/** Orders at the exchange that are in no books of ours: what they hold cannot be sold, and whose they are decides what becomes of them. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CancelLostCommand } from '../../../../src/core/domain/commands.ts';
import { dec, toText, ZERO } from '../../../../src/core/domain/decimal.ts';
import type { ControlEvent } from '../../../../src/core/domain/events.ts';
import { clientOrderId, exchangeOrderId } from '../../../../src/core/domain/ids.ts';
import type { OrderReport, OrderTerms } from '../../../../src/core/domain/order.ts';
import { closingOf } from '../../../../src/core/engine/closing.ts';
import { engineConditions } from '../../../../src/core/engine/conditions.ts';
import { lockedOf } from '../../../../src/core/engine/locks.ts';
import { orderIdentity } from '../../../../src/core/orders/clientOrderId.ts';
import { BUY } from '../../../builders/engine.ts';
import { ENTER, GuardWorld, leave } from '../../../builders/guardWorld.ts';
import { BTC, BTC_USDT, GRID, USDT } from '../../../builders/orders.ts';

/** Made by the same installation in a run that this journal does not know. */
const LOST = orderIdentity({
  ...{ instanceId: 'test', runId: 'a later run', sequence: 900 },
  ...{ strategyId: GRID, symbol: BTC_USDT, side: 'sell' },
}).clientOrderId;
const BY_HAND = clientOrderId('web_123');
const POSITION = '1.996';

let world: GuardWorld;
let cancels: CancelLostCommand[];

/** A world that holds 1.996, which nothing sells yet. */
function enter(stopLoss?: null): void {
  world = new GuardWorld(stopLoss === null ? { stopLoss } : {});
  cancels = [];
  world.afterStep = () => {
    for (const command of world.state.out.commands)
      if (command.kind === 'cancelLost') cancels.push(command);
  };
  world.place(ENTER);
  world.send();
  world.fill(world.own1());
}

/** The exchange tells of a sell that is in no books. */
function tell(
  client: OrderReport['clientOrderId'],
  terms: Partial<OrderTerms> = {},
  changes: Partial<OrderReport> = {},
): void {
  const report: OrderReport = {
    ...(client !== undefined && { clientOrderId: client }),
    exchangeOrderId: exchangeOrderId('77'),
    symbol: BTC_USDT,
    status: 'open',
    filled: ZERO,
    at: world.state.now,
    fills: [],
    terms: { side: 'sell', amount: dec('1.5'), price: dec('120'), ...terms },
    ...changes,
  };
  world.step({ kind: 'report', at: world.state.now, report });
}

function say(what: Partial<ControlEvent> & Pick<ControlEvent, 'action'>): void {
  world.step({ kind: 'control', at: world.state.now, reason: 'test', ...what });
}

function unlisted(): void {
  const exchangeOrderIds = [exchangeOrderId('77')];
  world.step({ kind: 'unlisted', at: world.state.now, symbol: BTC_USDT, exchangeOrderIds });
}

const sells = (): string[] =>
  world
    .open(false)
    .filter(({ intent }) => intent.side === 'sell')
    .map(({ intent, state }) => `${intent.type} ${toText(intent.amount)} ${state}`);

const attention = (): string[] => engineConditions(world.state).map(({ code }) => code);

const planned = (): number => world.codes.filter((code) => code === 'ORDER_PLANNED').length;

describe('an exit beside an order that is not ours', () => {
  beforeEach(() => {
    enter(null);
    tell(BY_HAND);
  });

  it('sells what that order leaves, and leaves that order alone', () => {
    say({ action: 'flatten', strategy: GRID });
    expect(sells()).toEqual(['market 0.496 PLANNED']);
    expect(cancels).toEqual([]);
  });

  it('waits for the rest without asking the exchange, and says so once', () => {
    say({ action: 'flatten', strategy: GRID });
    world.send();
    world.fill(world.own1());
    const before = planned();
    for (let minute = 0; minute < 10; minute += 1) world.trade(100, 60);
    expect(planned()).toBe(before);
    expect(world.runtime.stopping).toBeDefined();
    expect(world.codes.filter((code) => code === 'COINS_LOCKED')).toHaveLength(1);
    expect(world.codes).not.toContain('STOPPED');
    expect(attention()).toContain('coins.locked');
  });

  it.each([
    ['its end is told', () => tell(BY_HAND, {}, { status: 'canceled' })],
    ['the exchange lists it no more', unlisted],
  ])('sells the rest at once when %s', (_when, end) => {
    say({ action: 'flatten', strategy: GRID });
    world.send();
    world.fill(world.own1());
    expect(sells()).toEqual([]);
    end();
    expect(sells()).toEqual(['market 1.5 PLANNED']);
    world.send();
    world.fill(world.own1());
    expect(world.position).toBe('0');
    expect(world.runtime.stopping).toBeUndefined();
    expect(attention()).not.toContain('coins.locked');
    expect(world.codes).toContain('COINS_FREE');
  });

  it('sells more as that order fills, whose coins are gone then', () => {
    tell(BY_HAND, {}, { filled: dec('0.5') });
    expect(toText(lockedOf(world.state, BTC))).toBe('1');
  });

  it('goes by a strategy’s own wish, too, which is asked for again by itself', () => {
    tell(BY_HAND, { amount: dec(POSITION) });
    expect(world.place(leave(POSITION))).toBeUndefined();
    expect(sells()).toEqual([]);
    unlisted();
    expect(sells()).toEqual([`market ${POSITION} PLANNED`]);
    world.send();
    world.fill(world.own1());
    tell(BY_HAND);
    unlisted();
    expect(sells()).toEqual([]);
  });
});

describe('a closing beside an order that is not ours', () => {
  it('is of all that is held: what it cannot sell yet it waits for', () => {
    enter(null);
    tell(BY_HAND, { amount: dec(POSITION) });
    expect(closingOf(world.state, world.runtime, {})).toMatchObject({ amount: dec(POSITION) });
  });
});

describe('what strangers hold', () => {
  beforeEach(() => {
    enter(null);
  });

  it('is counted once for the orders of one list', () => {
    tell(BY_HAND, { listId: '5' });
    const other = { exchangeOrderId: exchangeOrderId('78') };
    tell(clientOrderId('web_124'), { listId: '5' }, other);
    expect(toText(lockedOf(world.state, BTC))).toBe('1.5');
    tell(clientOrderId('web_125'), {}, { exchangeOrderId: exchangeOrderId('79') });
    expect(toText(lockedOf(world.state, BTC))).toBe('3');
  });

  it('is the quote of their buys, which cannot be spent here', () => {
    tell(BY_HAND, { side: 'buy', amount: dec('98'), price: dec('100') });
    expect(toText(lockedOf(world.state, USDT))).toBe('9800');
    expect(toText(lockedOf(world.state, BTC))).toBe('0');
    say({ action: 'unhalt', symbol: BTC_USDT });
    expect(world.place(BUY)).toBeUndefined();
    expect(world.codes).toContain('FUNDS_SHORT');
    unlisted();
    expect(world.place(BUY)).toBeDefined();
  });

  it('is nothing that positions lack while there is enough besides', () => {
    tell(BY_HAND, { amount: dec('0.001') });
    expect(attention()).toContain('coins.locked');
    world.state.drift.set(BTC, dec('5'));
    expect(attention()).not.toContain('coins.locked');
    say({ action: 'flatten', strategy: GRID });
    expect(sells()).toEqual([`market ${POSITION} PLANNED`]);
  });

  it('is nothing for an order that turns out to be in the books', () => {
    say({ action: 'flatten', strategy: GRID });
    world.outcome(world.own1(), 'sending');
    const { intent } = world.own1();
    // A list without client ids is ahead of the answer.
    tell(undefined, { amount: intent.amount });
    expect(toText(lockedOf(world.state, BTC))).toBe(POSITION);
    tell(intent.clientOrderId, { amount: intent.amount });
    expect(toText(lockedOf(world.state, BTC))).toBe('0');
  });
});

describe('an order of ours that the journal has lost', () => {
  it('is left alone, said once and halts its market while nothing needs what it holds', () => {
    enter(null);
    world.state.drift.set(BTC, dec('5'));
    tell(LOST);
    tell(LOST);
    expect(cancels).toEqual([]);
    expect(attention()).toEqual(expect.arrayContaining(['order.lost', 'symbol.halted']));
    expect(world.codes.filter((code) => code === 'FOREIGN_ORDER')).toHaveLength(1);
  });

  it('is cancelled when an exit needs what it holds, which goes as soon as it has ended', () => {
    enter(null);
    tell(LOST);
    expect(cancels).toEqual([]);
    say({ action: 'flatten', strategy: GRID });
    expect(cancels).toMatchObject([{ clientOrderId: LOST, exchangeOrderId: '77' }]);
    world.send();
    world.fill(world.own1());
    tell(LOST, {}, { status: 'canceled' });
    expect(sells()).toEqual(['market 1.5 PLANNED']);
    expect(attention()).not.toContain('order.lost');
  });

  it('is cancelled when a stop needs what it holds, which then covers everything', () => {
    enter();
    world.outcome(world.open(true)[0] ?? world.own1(), 'expired');
    tell(LOST);
    world.trade(100);
    expect(cancels).toHaveLength(1);
    tell(LOST, {}, { status: 'canceled' });
    world.trade(100, 120);
    // One for what was free, which gives way to the one for everything.
    world.send();
    world.send();
    expect(world.guards).toEqual([`stop ${POSITION} @90 ACKED`]);
  });

  it('is asked for again with growing pauses while it stands', () => {
    enter(null);
    tell(LOST);
    say({ action: 'flatten', strategy: GRID });
    world.send();
    world.fill(world.own1());
    for (let second = 0; second < 300; second += 10) {
      world.trade(100, 10);
      tell(LOST);
    }
    expect(cancels.length).toBeGreaterThan(4);
    expect(cancels.length).toBeLessThan(11);
    expect(world.codes.filter((code) => code === 'LOST_CANCEL')).toHaveLength(1);
  });

  it('is cancelled when its market is resumed, when everything is cancelled, and by its name', () => {
    const ways: Parameters<typeof say>[0][] = [
      { action: 'unhalt', symbol: BTC_USDT },
      { action: 'cancelAll' },
      { action: 'cancel', symbol: BTC_USDT, exchangeOrderId: exchangeOrderId('77') },
    ];
    for (const way of ways) {
      enter(null);
      tell(LOST, { side: 'buy' });
      say(way);
      expect(cancels).toHaveLength(1);
      enter(null);
      tell(BY_HAND, { side: 'buy' });
      say(way);
      expect(cancels).toEqual([]);
    }
  });
});
