/** Arbitrary journal material, for properties. */
import fc from 'fast-check';
import { dec, ZERO } from '../../src/core/domain/decimal.ts';
import { asset, exchangeOrderId, intentId, strategyId } from '../../src/core/domain/ids.ts';
import type { Json } from '../../src/core/domain/json.ts';
import { ORDER_STATES, type ApprovedOrder, type OrderIntent } from '../../src/core/domain/order.ts';
import {
  BOOKING_CAUSES,
  type BookedTransfer,
  type LedgerBalance,
  type Position,
  type Transfer,
} from '../../src/core/domain/position.ts';
import type { StepRecord } from '../../src/ports/journal.ts';
import { aFill, anIntent, anOrder, aStep, BTC, ETH, T0 } from './journal.ts';

/** Any decimal an exchange could send: up to 18 digits before and after the point. */
export const anyDecimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, scale]) => dec(`${digits}e-${scale}`))
  .map((value) => (value.isZero() ? ZERO : value));

const anyAmount = anyDecimal.map((value) => value.abs());
const anyPositive = anyAmount.map((value) => (value.isZero() ? dec(1) : value));

const anyTime = fc.integer({ min: 0, max: 4_102_444_800_000 });
const anyText = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => text.replaceAll('\0', ''));
const anyInputs = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/u),
  fc.oneof(
    anyText,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  ),
  { maxKeys: 4, noNullPrototype: true },
);
const anyStrategy = fc.constantFrom('grid-btc', 'dca', 'trend').map(strategyId);
const anySymbol = fc.constantFrom(BTC, ETH);

/** Any valid intent; the caller numbers it. */
const anyIntent = fc
  .record({
    strategyId: anyStrategy,
    symbol: anySymbol,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    purpose: fc.constantFrom('entry' as const, 'exit' as const),
    amount: anyPositive,
    referencePrice: anyPositive,
    reason: anyText,
    inputs: anyInputs,
    tag: anyText,
    createdAt: anyTime,
  })
  .chain((base) => {
    const typed = fc.oneof(
      fc.constant({ type: 'market' as const }),
      anyPositive.map((price) => ({ type: 'limit' as const, price })),
      anyPositive.map((trigger) => ({ type: 'stop' as const, trigger })),
    );
    const other = fc.constantFrom('test-1', 'test-2').map(intentId);
    const links = fc.record({ parentId: other, pairId: other }, { requiredKeys: [] });
    return fc.tuple(typed, links).map(([type, linked]) => (sequence: number): ApprovedOrder => {
      const { price: _price, ...plain } = anIntent(sequence);
      const intent: OrderIntent = { ...plain, ...base, ...type, ...linked };
      return intent as ApprovedOrder;
    });
  });

/** Any life of an order after PLANNED. */
const anyLife = fc
  .record({
    state: fc.constantFrom(...ORDER_STATES.filter((state) => state !== 'PLANNED')),
    exchange: fc.option(fc.stringMatching(/^[0-9]{1,10}$/u).map(exchangeOrderId), {
      nil: undefined,
    }),
    report: fc.option(
      fc.constantFrom('FILLED' as const, 'CANCELLED' as const, 'EXPIRED' as const),
      { nil: undefined },
    ),
    filled: anyAmount,
    filledQuote: anyAmount,
    reportedFilled: anyAmount,
    cancelRequested: fc.boolean(),
    message: anyText,
    updatedAt: anyTime,
  })
  .map(({ exchange, report, ...life }) => ({
    ...life,
    ...(exchange === undefined ? {} : { exchangeOrderId: exchange }),
    ...(report === undefined ? {} : { terminalReport: report }),
  }));

const anyPosition: fc.Arbitrary<Position> = fc
  .record({
    strategyId: anyStrategy,
    symbol: anySymbol,
    amount: anyDecimal,
    cost: anyDecimal,
    realisedPnl: anyDecimal,
    feesQuote: anyDecimal,
    fills: fc.nat(),
    opened: fc.option(anyTime, { nil: undefined }),
    booked: fc.option(fc.record({ amount: anyDecimal, cost: anyDecimal }), { nil: undefined }),
    dust: fc.option(fc.record({ amount: anyDecimal, cost: anyDecimal }), { nil: undefined }),
  })
  .map(({ opened, booked, dust, ...position }) => ({
    ...position,
    ...(opened !== undefined && { openedAt: opened }),
    ...(booked !== undefined && { booked }),
    ...(dust !== undefined && { dust }),
  }));

const anyBooking: fc.Arbitrary<BookedTransfer> = fc.record({
  strategyId: anyStrategy,
  symbol: anySymbol,
  at: anyTime,
  amount: anyPositive.map((amount) => amount.neg()),
  cost: anyDecimal,
  afterFills: fc.nat(),
  cause: fc.constantFrom(...BOOKING_CAUSES),
  reason: anyText,
});

const anyBalance: fc.Arbitrary<LedgerBalance> = fc.record({
  asset: fc.constantFrom('BTC', 'ETH', 'USDT').map(asset),
  opening: anyDecimal,
  deposited: anyDecimal,
  total: anyDecimal,
});

const anyTransfer: fc.Arbitrary<Transfer> = fc.record({
  asset: fc.constantFrom('BTC', 'USDT').map(asset),
  amount: anyPositive,
  reason: anyText,
});

/** JSON that comes back as it went: no −0, which JSON does not know. */
const anyState = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

const anyNote = fc.record({
  at: anyTime,
  code: anyText,
  strategyId: anyStrategy,
  symbol: anySymbol,
  inputs: anyInputs,
});

const anySwitch = { reason: anyText, since: anyTime };

const anyFlags = fc.record(
  {
    paused: fc.record(anySwitch),
    halted: fc.uniqueArray(fc.record({ symbol: anySymbol, ...anySwitch }), {
      selector: ({ symbol }) => symbol,
    }),
  },
  { requiredKeys: ['halted'] },
);

const anyMove = fc.record({
  at: anyTime,
  intents: fc.array(anyIntent, { maxLength: 2 }),
  lives: fc.array(fc.tuple(fc.nat(), anyLife), { maxLength: 3 }),
  fills: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 20 }), anyPositive, anyDecimal, anyTime), {
    maxLength: 3,
  }),
  positions: fc.array(anyPosition, { maxLength: 2 }),
  balances: fc.array(anyBalance, { maxLength: 2 }),
  transfers: fc.array(anyTransfer, { maxLength: 1 }),
  bookings: fc.array(anyBooking, { maxLength: 2 }),
  strategies: fc.array(fc.record({ id: anyStrategy, state: anyState }), { maxLength: 2 }),
  notes: fc.array(anyNote, { maxLength: 2 }),
  flags: fc.option(anyFlags, { nil: undefined }),
});

/** Any run of steps in which every order, change and fill belongs to an intent of the same or an earlier step. */
export const anySteps: fc.Arbitrary<readonly StepRecord[]> = fc
  .array(anyMove, { maxLength: 8 })
  .map((moves) => {
    const known: OrderIntent[] = [];
    return moves.map(({ intents, lives, fills, flags, ...rest }): StepRecord => {
      const fresh = intents.map((make, index) => make(known.length + index + 1));
      known.push(...fresh);
      const pick = (index: number): readonly OrderIntent[] =>
        known.slice(index % Math.max(1, known.length)).slice(0, 1);
      const step = aStep({
        ...rest,
        intents: fresh.map((order) => ({ order, deadlineMs: T0 + 60_000 })),
        orders: [
          ...fresh.map((order) => anOrder(order)),
          ...lives.flatMap(([index, life]) => pick(index).map((intent) => anOrder(intent, life))),
        ],
        changes: lives.flatMap(([index, { state, message }]) =>
          pick(index).map(({ intentId: id }) => ({
            intentId: id,
            at: rest.at,
            from: 'PLANNED' as const,
            to: state,
            message,
          })),
        ),
        fills: fills.flatMap(([index, trade, amount, fee, at]) =>
          pick(index).map((intent) => aFill(`t${trade}`, intent, { amount, fee, at })),
        ),
      });
      return flags === undefined ? step : { ...step, flags };
    });
  });
