/** What status says of who sells a position at its stop, and why it is not the exchange. */
import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { protectionOf } from '../../../../src/core/engine/protection.ts';
import { accountOf } from '../../../../src/core/ledger/ledger.ts';
import { BTC, USDT } from '../../../builders/orders.ts';
import { GuardWorld, leave, type GuardWorldOptions } from '../../../builders/guardWorld.ts';

/** 1.996 BTC bought at 100, with a stop at 90. */
function holding(options: GuardWorldOptions = {}): GuardWorld {
  const world = new GuardWorld(options);
  world.hold();
  return world;
}

/** The same, of which the strategy itself sells a part at 110. */
function selling(amount: string): GuardWorld {
  const world = holding();
  world.place(leave(amount, { type: 'limit', price: 110 }));
  while (world.guards.some((guard) => guard.endsWith('CANCELLING'))) world.cancel();
  world.send();
  return world;
}

function said({ runtime }: GuardWorld): string {
  const found = protectionOf(runtime);
  return found ? `${found.where} ${toText(found.atExchange)}: ${found.why}` : 'nothing';
}

const OWN = 'its own sells hold the coins, and are cancelled when the stop is reached';

describe('the protection of a position', () => {
  it('is at the exchange for everything where nothing else sells it', () => {
    expect(said(holding())).toBe('exchange 1.996: ');
  });

  it('is here while the strategy’s own sells hold the coins, or all but what is less than an order', () => {
    expect(said(selling('1.996'))).toBe(`here 0: ${OWN}`);
    expect(said(selling('1.99'))).toBe(`here 0: ${OWN}`);
  });

  it('is in part at the exchange beside them', () => {
    expect(said(selling('0.996'))).toBe(`partly 1: ${OWN}`);
  });

  it('is in part there where one order may not be larger', () => {
    const rules = { maxAmount: dec('1.5'), marketMaxAmount: dec('1.5') };
    const world = holding({ rules });
    give(world, '1');
    expect(said(world)).toBe('partly 1.5: the exchange takes no more in one order');
  });

  it('is not there yet while a stop for more is on its way', () => {
    const world = holding();
    give(world, '1');
    expect(said(world)).toBe('here 0: the exchange has not taken it yet');
  });
});

/** Coins that were there before are given to the strategy. */
function give(world: GuardWorld, amount: string): void {
  const { id: strategyId, symbol } = world.spec;
  const booking = { strategyId, symbol, amount: dec(amount), cost: dec('100') };
  const [cause, reason] = ['adopted', 'test'] as const;
  const event = { kind: 'control', at: world.state.now, action: 'adopt', reason } as const;
  const has = [
    { asset: BTC, free: dec('10'), locked: dec('0') },
    { asset: USDT, free: accountOf(world.state.ledger, USDT).total, locked: dec('0') },
  ];
  world.step({ ...event, balances: has });
  world.step({ ...event, booking: { ...booking, cause, reason } });
}
