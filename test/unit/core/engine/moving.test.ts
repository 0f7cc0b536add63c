/** A strategy whose file says another market than the books. */
import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { asset, marketSymbol, strategyId } from '../../../../src/core/domain/ids.ts';
import type { Json } from '../../../../src/core/domain/json.ts';
import { closingOf } from '../../../../src/core/engine/closing.ts';
import { engineConditions } from '../../../../src/core/engine/conditions.ts';
import type { EngineState } from '../../../../src/core/engine/state.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { balancesOf, holdingOf, restoreLedger } from '../../../../src/core/ledger/ledger.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { aControl, anEngine, aSpec } from '../../../builders/engine.ts';
import {
  aFill,
  anApproved,
  anInstrument,
  aReport,
  BTC_USDT,
  GRID,
  USDT,
} from '../../../builders/orders.ts';

const ETH_USDT = marketSymbol('ETH/USDT');
const FORMER = strategyId(`${GRID}@BTC-USDT`);
const [BTC_MARKET, ETH_MARKET] = [
  anInstrument(),
  anInstrument({ symbol: ETH_USDT, base: asset('ETH') }),
];

interface Books {
  /** Of 2 BTC in the account. */
  readonly owner?: typeof GRID;
  /** What the file says now. */
  readonly symbol?: typeof ETH_USDT;
  /** A sell of 1 BTC of the owner's that is at the exchange. */
  readonly isSelling?: boolean;
  readonly snapshot?: Json;
}

function restarted({ owner = GRID, symbol = ETH_USDT, isSelling = false, snapshot }: Books = {}) {
  const position = {
    ...{ strategyId: owner, symbol: BTC_USDT, amount: dec('2'), cost: dec('200') },
    ...{ realisedPnl: dec('7'), feesQuote: dec('0'), fills: 1, openedAt: 1, updatedAt: 1 },
  };
  const balance = (name: string, total: string) => ({
    ...{ asset: asset(name), opening: dec(total), deposited: dec('0'), total: dec(total) },
  });
  const order = newRecord(
    anApproved(1, { strategyId: owner, side: 'sell', purpose: 'exit', amount: dec('1') }),
  );
  order.state = 'ACKED';
  const bench = anEngine(
    {
      instruments: [BTC_MARKET, ETH_MARKET],
      ledger: restoreLedger([balance(USDT, '1000'), balance('BTC', '2')], [position]),
      orders: isSelling ? [order] : [],
    },
    aSpec({ symbol }),
    new Map(snapshot === undefined ? [] : [[owner, snapshot]]),
  );
  const { state } = bench;
  step(state, aControl('arm'));
  const at = state.now + 1_000;
  step(state, { kind: 'trade', at, symbol: BTC_USDT, price: 100, amount: 1, side: 'sell' });
  return { ...bench, order };
}

const held = ({ ledger }: EngineState, id: typeof GRID): string => {
  const { position } = holdingOf(ledger, id, BTC_USDT);
  return `${toText(position.amount)} for ${toText(position.cost)}`;
};

describe('what a strategy holds on a market that it trades no longer', () => {
  it('goes to a stand-in that can be closed; no balance and no exposure changes by it', () => {
    const { state } = restarted();
    expect([held(state, GRID), held(state, FORMER)]).toEqual(['0 for 0', '2 for 200']);
    expect(balancesOf(state.ledger).map(({ total }) => toText(total))).toEqual(['1000', '2']);
    expect(toText(state.book.total)).toBe('200');
    const [own, former] = [GRID, FORMER].map((id) => state.strategies.get(id));
    expect([own?.spec.symbol, former?.spec.symbol]).toEqual([ETH_USDT, BTC_USDT]);
    expect(toText(state.book.of(GRID).positionCost)).toBe('0');
    if (!former) throw new Error('nobody takes care of it');
    expect(closingOf(state, former, {})).toMatchObject({ ok: true, amount: dec('2') });
  });

  it('counts as exposure from the first moment, under the other name', () => {
    const { state } = restarted({ isSelling: true });
    expect([held(state, GRID), held(state, FORMER)]).toEqual(['2 for 200', '0 for 0']);
    expect(toText(state.book.of(FORMER).positionCost)).toBe('200');
    expect(toText(state.book.of(GRID).positionCost)).toBe('0');
  });

  it('goes there when its orders have ended, less what they sold; the strategy hears nothing of them', () => {
    const { state, order, strategy } = restarted({ isSelling: true });
    expect(order.cancelRequested).toBe(true);
    const { clientOrderId } = order.intent;
    const fill = aFill({ clientOrderId, side: 'sell', amount: dec('0.5'), price: dec('110') });
    step(state, { kind: 'fill', at: state.now, fill });
    expect(held(state, GRID)).toBe('1.5 for 150');
    const report = aReport({ clientOrderId, status: 'canceled', filled: dec('0.5') });
    step(state, { kind: 'report', at: state.now, report });
    expect([held(state, GRID), held(state, FORMER)]).toEqual(['0 for 0', '1.5 for 150']);
    expect(strategy.seen).toEqual([]);
    expect(state.strategies.get(GRID)?.openOrders).toEqual([]);
  });

  it('comes back when the file says that market again', () => {
    const { state } = restarted({ owner: FORMER, symbol: BTC_USDT });
    expect([held(state, GRID), held(state, FORMER)]).toEqual(['2 for 200', '0 for 0']);
    expect(toText(state.book.of(GRID).positionCost)).toBe('200');
    expect(state.strategies.get(GRID)?.holding.averagePrice).toBe(100);
  });

  it('leaves what it remembered of that market behind, but not that it is paused', () => {
    const snapshot = {
      ...{ version: 1, symbol: BTC_USDT, stoppedUntil: 9e15, strategy: { its: 'own' } },
      paused: { reason: 'mine', since: 1 },
    };
    const { state } = restarted({ snapshot });
    const runtime = state.strategies.get(GRID);
    expect(runtime).toMatchObject({ stoppedUntil: 0, paused: { reason: 'mine' } });
    expect(runtime?.strategy.snapshot()).not.toEqual({ its: 'own' });
  });
});

describe('what a removed strategy holds', () => {
  it('is without a stop for good: nothing is said of one that it had', () => {
    const guard = { lastId: 'test-1', exposedSince: 5, alarmed: true, failures: 0, retryAt: 0 };
    const owner = strategyId('removed-one');
    const snapshot = { version: 1, symbol: BTC_USDT, guard, strategy: null };
    const { state } = restarted({ owner, symbol: BTC_USDT, snapshot });
    expect(engineConditions(state)).toEqual([]);
  });
});
