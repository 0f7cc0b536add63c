/** Each cause is given on its evidence and on nothing less. */
import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../../src/core/domain/fill.ts';
import type { StrategyId } from '../../../../src/core/domain/ids.ts';
import type { Bar } from '../../../../src/core/domain/market.ts';
import { DRIFT_CAUSES } from '../../../../src/core/reporting/driftCauses.ts';
import { compareRuns, type DriftComparison } from '../../../../src/research/drift/compare.ts';
import type { Asked, Trace, TracedOrder } from '../../../../src/research/drift/trace.ts';
import type { DriftInput } from '../../../../src/research/drift/types.ts';
import { aFill, aMarketOrder, anApproved, BNB, GRID, T0 } from '../../../builders/orders.ts';

const MINUTE_MS = 60_000;
const bar = (number: number): number => T0 + number * MINUTE_MS;

/** Every bar goes from 95 to 105. */
const barAt = (openTime: number): Bar => ({
  openTime,
  ...{ open: 100, high: 105, low: 95, close: 100, volume: 1_000 },
});

const fillIn = (number: number, changes: Partial<Fill> = {}): TracedOrder['fills'][number] => ({
  fill: aFill({ liquidity: 'taker', ...changes }),
  bar: bar(number),
});

/** A buy at the market of 1, decided at the end of bar 0 and filled at 100 in bar 1. */
const anOrder = (changes: Partial<TracedOrder> = {}): TracedOrder => ({
  intent: aMarketOrder(1, { tag: 'buy' }),
  ...{ slot: bar(0), isAtClose: true, state: 'FILLED', message: '', lastBar: bar(1) },
  fills: [fillIn(1)],
  ...changes,
});

/** A resting sell at 104, asked for within bar 0. */
const resting = (changes: Partial<TracedOrder> = {}): TracedOrder =>
  anOrder({
    intent: anApproved(2, { side: 'sell', price: dec('104'), tag: 'L1' }),
    isAtClose: false,
    fills: [fillIn(1, { side: 'sell', price: dec('104'), liquidity: 'maker' })],
    ...changes,
  });

const asked = (books: Readonly<Record<number, string | Asked>>): Trace['asked'] =>
  new Map<StrategyId, Map<number, Asked>>([
    [
      GRID,
      new Map(
        Object.entries(books).map(([number, said]) => [
          bar(Number(number)),
          typeof said === 'string' ? { books: said, refused: new Map() } : said,
        ]),
      ),
    ],
  ]);

const ALIKE = asked({ 0: 'flat', 1: 'flat', 2: 'flat', 3: 'flat' });

interface Runs {
  readonly live?: readonly TracedOrder[];
  readonly backtest?: readonly TracedOrder[];
  readonly liveAsked?: Trace['asked'];
  readonly backtestAsked?: Trace['asked'];
  readonly input?: Partial<DriftInput>;
}

const compare = (runs: Runs): DriftComparison =>
  compareRuns({
    live: { orders: runs.live ?? [], asked: runs.liveAsked ?? ALIKE },
    backtest: { orders: runs.backtest ?? [], asked: runs.backtestAsked ?? ALIKE },
    bar: (_symbol, openTime) => barAt(openTime),
    range: () => undefined,
    differingBars: () => [],
    lengthMs: () => MINUTE_MS,
    lotSize: () => dec('0.001'),
    outages: [],
    slippage: 0.01,
    toMs: bar(20),
    ...runs.input,
  });

const causesIn = ({ differences }: DriftComparison): string[] =>
  differences.flatMap(({ findings }) =>
    findings.map(({ cause, follows }) => (follows === undefined ? cause : `${cause} > ${follows}`)),
  );

const at = (price: string, changes: Partial<Fill> = {}) =>
  anOrder({ fills: [fillIn(1, { price: dec(price), ...changes })] });

interface Case extends Runs {
  readonly what: string;
  readonly causes: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'the same trade', live: [anOrder()], backtest: [anOrder()], causes: [] },
  {
    what: 'another price of the market',
    ...{ live: [at('101')], backtest: [at('100.5')], causes: ['price'] },
  },
  {
    what: 'a price that the market did not have',
    ...{ live: [at('105.01')], backtest: [at('100')], causes: ['unexplained'] },
  },
  {
    what: 'a price that the bar has not, and that was traded or quoted in it',
    ...{ live: [at('105.01')], backtest: [at('100')], causes: ['price'] },
    input: { range: () => ({ low: 105, high: 105.1 }) },
  },
  {
    what: 'a backtest’s taker that pays the slippage beyond the bar',
    ...{ live: [at('105')], backtest: [at('106.04')], causes: ['price'] },
  },
  {
    what: 'a backtest’s taker that pays more than the slippage beyond it',
    ...{ live: [at('105')], backtest: [at('106.2')], causes: ['unexplained'] },
  },
  {
    what: 'the same money at another last price',
    live: [anOrder({ intent: aMarketOrder(1, { amount: dec('1'), tag: 'buy' }) })],
    backtest: [
      anOrder({
        intent: aMarketOrder(1, { amount: dec('0.99'), referencePrice: dec('101'), tag: 'buy' }),
        fills: [fillIn(1, { amount: dec('0.99') })],
      }),
    ],
    causes: ['price'],
  },
  {
    what: 'another amount at the same last price, and the strategy stood alike',
    live: [anOrder()],
    backtest: [
      anOrder({
        intent: aMarketOrder(1, { amount: dec('0.9'), tag: 'buy' }),
        fills: [fillIn(1, { amount: dec('0.9') })],
      }),
    ],
    causes: ['unexplained'],
  },
  {
    what: 'fills in different bars',
    ...{ live: [anOrder({ fills: [fillIn(2)] })], backtest: [anOrder()], causes: ['delay'] },
  },
  {
    what: 'an order that was still on its way at the end',
    live: [anOrder({ fills: [], state: 'UNKNOWN' })],
    ...{ backtest: [anOrder()], causes: ['delay'] },
  },
  {
    what: 'a resting order of which the market touched the price',
    ...{ live: [resting({ fills: [], state: 'ACKED' })], backtest: [resting()] },
    causes: ['not_filled'],
  },
  {
    what: 'a resting order of which it did not',
    live: [resting()],
    backtest: [resting({ fills: [], state: 'ACKED' })],
    input: { bar: (_symbol, openTime) => ({ ...barAt(openTime), high: 103 }) },
    causes: ['unexplained'],
  },
  {
    what: 'less of an order',
    live: [anOrder({ fills: [fillIn(1, { amount: dec('0.4') })], state: 'CANCELLED' })],
    ...{ backtest: [anOrder()], causes: ['not_filled'] },
  },
  {
    what: 'an order at the market that got nothing and is said to rest',
    live: [anOrder({ fills: [], state: 'ACKED' })],
    ...{ backtest: [anOrder()], causes: ['unexplained'] },
  },
  {
    what: 'an order that the exchange refused',
    live: [anOrder({ fills: [], state: 'REJECTED', message: 'no' })],
    ...{ backtest: [anOrder()], causes: ['refused'] },
  },
  {
    what: 'an order that the risk rules refused',
    backtest: [anOrder()],
    liveAsked: asked({ 0: { books: 'flat', refused: new Map([['buy', 'TOTAL_EXPOSURE']]) } }),
    causes: ['refused'],
  },
  {
    what: 'another order that the risk rules refused',
    backtest: [anOrder()],
    liveAsked: asked({ 0: { books: 'flat', refused: new Map([['L1', 'TOTAL_EXPOSURE']]) } }),
    backtestAsked: asked({ 0: 'flat' }),
    causes: ['unexplained'],
  },
  {
    what: 'another amount, decided a bar after the bar had ended',
    live: [anOrder({ intent: aMarketOrder(1, { createdAt: bar(2), tag: 'buy' }) })],
    backtest: [
      anOrder({
        intent: aMarketOrder(1, { amount: dec('0.9'), tag: 'buy' }),
        fills: [fillIn(1, { amount: dec('0.9') })],
      }),
    ],
    causes: ['delay'],
  },
  {
    what: 'an entry that was refused because the data was stale',
    backtest: [anOrder()],
    liveAsked: asked({ 0: { books: 'flat', refused: new Map([['buy', 'DATA_STALE']]) } }),
    causes: ['missing_data'],
  },
  {
    what: 'a bar about which the daemon did not ask',
    ...{ backtest: [anOrder()], liveAsked: asked({ 1: 'flat' }), causes: ['missing_data'] },
  },
  {
    what: 'a bar that the backtest’s data has not',
    live: [anOrder()],
    input: { bar: (_symbol, at) => (at === bar(1) ? undefined : barAt(at)) },
    causes: ['missing_data'],
  },
  {
    what: 'a decision on other bars than the daemon had',
    ...{ live: [anOrder()], input: { differingBars: () => [bar(0)] }, causes: ['missing_data'] },
  },
  {
    what: 'a decision while the daemon was down',
    backtest: [anOrder()],
    input: { outages: [{ from: bar(0), to: bar(3) }] },
    causes: ['restart'],
  },
  {
    what: 'a decision before it went down',
    backtest: [anOrder()],
    input: { outages: [{ from: bar(2), to: bar(3) }] },
    causes: ['unexplained'],
  },
  {
    what: 'another fee rate',
    live: [at('100', { fee: dec('0.1') })],
    ...{ backtest: [at('100', { fee: dec('0.2') })], causes: ['fee'] },
  },
  {
    what: 'the same fee rate on another price',
    live: [at('100', { fee: dec('0.1') })],
    ...{ backtest: [at('101', { fee: dec('0.101') })], causes: ['price'] },
  },
  {
    what: 'a fee in another asset',
    live: [at('100', { fee: dec('0.1') })],
    ...{ backtest: [at('100', { fee: dec('0.1'), feeAsset: BNB })], causes: ['fee'] },
  },
  {
    what: 'an order of one run only, and the strategy stood alike',
    ...{ live: [anOrder()], causes: ['unexplained'] },
  },
  {
    what: 'an order of one run only, where the strategy stood otherwise and nothing shows why',
    ...{ live: [anOrder()], liveAsked: asked({ 0: 'long' }), causes: ['unexplained'] },
  },
];

describe('a trade and the backtest’s', () => {
  it.each(CASES)('$what: $causes', ({ causes, ...runs }) => {
    const compared = compare(runs);
    expect(causesIn(compared)).toEqual(causes);
    expect(compared.unexplained).toBe(causes.includes('unexplained') ? 1 : 0);
  });

  it('has every cause of the catalogue', () => {
    const given = new Set(CASES.flatMap(({ causes }) => causes));
    expect([...given].filter((cause) => cause !== 'unexplained').sort()).toEqual(
      Object.keys(DRIFT_CAUSES).sort(),
    );
  });
});

describe('what follows', () => {
  const sell = (slot: number): TracedOrder =>
    anOrder({
      intent: aMarketOrder(9, { side: 'sell', tag: 'exit' }),
      ...{ slot: bar(slot), fills: [fillIn(slot + 1, { side: 'sell' })] },
    });
  const apart = { 0: 'flat', 1: 'long at 101', 2: 'long at 101', 3: 'flat' };
  const other = { 0: 'flat', 1: 'long at 100', 2: 'long at 100', 3: 'flat' };
  const runs = { live: [at('101'), sell(2)], backtest: [at('100')] };

  it('from a trade that came out otherwise, as long as the strategy stands otherwise', () => {
    const compared = compare({
      ...{ ...runs, liveAsked: asked(apart), backtestAsked: asked(other) },
    });
    expect(causesIn(compared)).toEqual(['price', 'price > 1']);
    expect(compared.differences[0]?.effect?.toString()).toBe('-1');
  });

  it('nothing, from the bar on before which it stands alike again', () => {
    const late = { ...runs, live: [at('101'), sell(3)] };
    const compared = compare({
      ...{ ...late, liveAsked: asked(apart), backtestAsked: asked(other) },
    });
    expect(causesIn(compared)).toEqual(['price', 'unexplained']);
  });

  it('from an order that was refused, though the other run’s trade came later than what follows', () => {
    const refused = anOrder({ fills: [], state: 'REJECTED' });
    const late = anOrder({ fills: [fillIn(5)] });
    const again = anOrder({
      intent: anApproved(3, { side: 'buy', price: dec('99'), tag: 'again' }),
      ...{ slot: bar(2), isAtClose: false, fills: [fillIn(3, { price: dec('99') })] },
    });
    const compared = compare({
      ...{ live: [refused, again], backtest: [late] },
      ...{ liveAsked: asked(apart), backtestAsked: asked(other) },
    });
    expect(causesIn(compared)).toEqual(['refused', 'refused > 1']);
  });

  it('from the trade that weighs most', () => {
    const second = (price: string): TracedOrder => ({
      ...at(price),
      ...{ slot: bar(1), fills: [fillIn(2, { price: dec(price) })] },
    });
    const compared = compare({
      live: [at('101'), second('104'), sell(2)],
      backtest: [at('100'), second('100')],
      ...{ liveAsked: asked(apart), backtestAsked: asked(other) },
    });
    expect(causesIn(compared)).toEqual(['price', 'price', 'price > 2']);
  });
});

describe('the period', () => {
  it('leaves out what was decided too late to trade in it', () => {
    const runs = { live: [anOrder()], input: { toMs: bar(1) } };
    expect(compare(runs)).toMatchObject({ trades: { live: 0 }, differences: [] });
  });

  it('takes orders of the same name in other bars for others', () => {
    const other = anOrder({ slot: bar(1), fills: [fillIn(2)] });
    expect(causesIn(compare({ live: [anOrder()], backtest: [other] }))).toHaveLength(2);
  });
});
