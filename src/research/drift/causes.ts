/** What explains a difference, and what it rests on. See core/reporting/driftCauses.ts for what each cause claims. */
import { toFloat, toText } from '../../core/domain/decimal.ts';
import type { OrderIntent, OrderState } from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import { averageOf, isSameFee, sumsOf, type Sums } from './sums.ts';
import type { Asked, TracedOrder } from './trace.ts';
import type { DriftDifference, Facts, Finding } from './types.ts';

type Side = 'daemon' | 'model';

/** As evidence names them. */
const NAME: Readonly<Record<Side, string>> = { daemon: 'daemon', model: 'backtest' };

/** Ends of an order that was never at work at the exchange. */
const REFUSED: ReadonlySet<OrderState> = new Set(['REJECTED', 'DENIED', 'NOT_PLACED', 'EXPIRED']);
/** What became of it was not known yet when the period ended, or came later. */
const UNDER_WAY: ReadonlySet<OrderState> = new Set([
  'PLANNED',
  'SENDING',
  'UNKNOWN',
  'QUARANTINED',
  'FILLED',
]);
/** Codes of the risk rules that say that data is missing. */
const NO_DATA: ReadonlySet<string> = new Set(['DATA_STALE', 'NO_PRICE']);

export function causesOfPair(live: TracedOrder, backtest: TracedOrder, facts: Facts): Finding[] {
  const [a, b] = [sumsOf(live), sumsOf(backtest)];
  if (a.fills === 0) return [causeOfUnfilled(live, backtest, 'daemon', facts)];
  if (b.fills === 0) return [causeOfUnfilled(backtest, live, 'model', facts)];
  const found = [
    ofTerms(live, backtest, facts),
    ofTime(a, b),
    ofShare(live, backtest),
    ofPrice(live, backtest, facts),
    isSameFee(a, b) ? undefined : finding('fee', { live: feeText(a), backtest: feeText(b) }),
  ];
  return found.filter((each) => each !== undefined);
}

/** One run has an order that the other has not. */
export function causesOfLone(order: TracedOrder, side: Side, facts: Facts): Finding[] {
  const outage = side === 'model' ? outageAt(order, facts) : undefined;
  if (outage) return [finding('restart', { from: outage.from, to: outage.to })];
  const missing = missingBar(order, facts);
  if (missing !== undefined) return [finding('missing_data', { by: NAME.model, bar: missing })];
  return [notAskedFor(order, otherOf(side), facts) ?? followed(order, facts)];
}

/** The other side was refused the order, or was not asked about the bar at whose end it was decided. */
function notAskedFor(order: TracedOrder, other: Side, facts: Facts): Finding | undefined {
  const { intent, slot, isAtClose } = order;
  const { asked } = other === 'daemon' ? facts.live : facts.backtest;
  const then = asked.get(intent.strategyId)?.get(slot);
  const by = NAME[other];
  // What a fill led to on one side may have been asked for at the end of the same bar on the other.
  const code = then?.refused.get(intent.tag);
  if (code !== undefined)
    return finding(NO_DATA.has(code) ? 'missing_data' : 'refused', { by, code });
  return isAtClose && !then ? finding('missing_data', { by, bar: slot }) : undefined;
}

/** A bar in which the order was decided or traded and that the backtest's data has not. */
function missingBar(order: TracedOrder, { bar }: Facts): Millis | undefined {
  const { symbol } = order.intent;
  const bars = [...(order.isAtClose ? [] : [order.slot]), ...order.fills.map((fill) => fill.bar)];
  return bars.find((openTime) => bar(symbol, openTime) === undefined);
}

/** It was decided at a bar's end during an outage, or within a bar of which an outage takes a part. */
function outageAt({ slot, isAtClose, intent }: TracedOrder, facts: Facts) {
  const end = slot + facts.lengthMs(intent.symbol);
  return facts.outages.find(({ from, to }) =>
    isAtClose ? from <= end && end < to : from < end && slot < to,
  );
}

/** One of them got nothing. */
function causeOfUnfilled(
  unfilled: TracedOrder,
  filled: TracedOrder,
  side: Side,
  facts: Facts,
): Finding {
  const { state, message, intent } = unfilled;
  if (REFUSED.has(state)) return finding('refused', { by: NAME[side], code: state, message });
  if (UNDER_WAY.has(state)) return finding('delay', { by: NAME[side], state, message });
  const level = intent.trigger ?? intent.price;
  const bar = facts.bar(intent.symbol, sumsOf(filled).firstBar);
  if (level && bar && bar.low <= toFloat(level) && toFloat(level) <= bar.high)
    return finding('not_filled', {
      by: NAME[side],
      price: toText(level),
      low: bar.low,
      high: bar.high,
      state,
    });
  if (level) return followed(unfilled, facts);
  return unexplained({ why: 'an order at the market got nothing', by: NAME[side], state, message });
}

/** Amount, limit and trigger are worked out from what the strategy holds and pays. */
function ofTerms(live: TracedOrder, backtest: TracedOrder, facts: Facts): Finding | undefined {
  const [a, b] = [live.intent, backtest.intent];
  if (levelText(a) === levelText(b) && a.amount.eq(b.amount)) return undefined;
  return sizedOtherwise(a, b, facts) ?? decidedLate(live, facts) ?? followed(live, facts);
}

function levelText({ price, trigger }: OrderIntent): string {
  const level = price ?? trigger;
  return level ? toText(level) : '';
}

/** The same money at another last price, to a lot. */
function sizedOtherwise(a: OrderIntent, b: OrderIntent, facts: Facts): Finding | undefined {
  const [spentA, spentB] = [a, b].map(({ amount, referencePrice }) =>
    toFloat(amount.times(referencePrice)),
  );
  const lot = toFloat(facts.lotSize(a.symbol).times(a.referencePrice));
  const isSameMoney = Math.abs((spentA ?? 0) - (spentB ?? 0)) <= lot;
  if (a.type !== 'market' || a.referencePrice.eq(b.referencePrice) || !isSameMoney)
    return undefined;
  const [of, backtest] = [toText(a.referencePrice), toText(b.referencePrice)];
  return finding('price', { what: 'sized', live: of, backtest });
}

/** The daemon decided a bar or more after the one that it decided on had ended: by what held then. */
function decidedLate({ intent, slot, isAtClose }: TracedOrder, facts: Facts): Finding | undefined {
  const { createdAt, symbol } = intent;
  return isAtClose && createdAt >= slot + 2 * facts.lengthMs(symbol)
    ? finding('delay', { by: NAME.daemon, decided: createdAt })
    : undefined;
}

function ofTime(a: Sums, b: Sums): Finding | undefined {
  if (a.firstBar === b.firstBar && a.lastBar === b.lastBar) return undefined;
  const isFirstLate = a.firstBar !== b.firstBar;
  return finding('delay', {
    live: isFirstLate ? a.firstBar : a.lastBar,
    backtest: isFirstLate ? b.firstBar : b.lastBar,
  });
}

/** One of them was filled whole and the other was not, or not as far. */
function ofShare(live: TracedOrder, backtest: TracedOrder): Finding | undefined {
  const [a, b] = [live, backtest].map(unfilledOf);
  if (a === undefined || b === undefined || a === b) return undefined;
  return finding('not_filled', { live: a, backtest: b, state: live.state });
}

/** In text, base that the order did not get; where it got all of it: `0`. */
function unfilledOf(order: TracedOrder): string {
  return toText(order.intent.amount.minus(sumsOf(order).amount));
}

function ofPrice(live: TracedOrder, backtest: TracedOrder, facts: Facts): Finding | undefined {
  const [a, b] = [averageOf(sumsOf(live)), averageOf(sumsOf(backtest))];
  if (isSameNumber(a, b)) return undefined;
  const isDaemonStray = !isInMarket(live, facts);
  const stray = isDaemonStray
    ? otherBars({ ...live, slot: sumsOf(live).lastBar }, facts)
    : undefined;
  if (stray) return stray;
  if (isDaemonStray || !isByRule(backtest, facts))
    return unexplained({
      why: 'a price that the market did not have in its bar',
      price: isDaemonStray ? a : b,
      by: isDaemonStray ? NAME.daemon : NAME.model,
    });
  return finding('price', { live: a, backtest: b });
}

/** Averages of the same fills in another order differ in the last digits. */
function isSameNumber(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}

/** Every price is one that the market had in the bar of its fill: in the bar itself, or in the trades and quotes that came. */
function isInMarket({ fills }: TracedOrder, { bar: barAt, range: rangeAt }: Facts): boolean {
  return fills.every(({ fill, bar: openTime }) => {
    const price = toFloat(fill.price);
    const seen = [barAt(fill.symbol, openTime), rangeAt(fill.symbol, openTime)];
    return seen.some((range) => range && price >= range.low && price <= range.high);
  });
}

/**
 * The same of a backtest: its taker pays the slippage beyond the bar at most, and what rests gets its own price, also when the bar has
 * opened beyond it.
 */
function isByRule({ fills }: TracedOrder, { bar: barAt, slippage }: Facts): boolean {
  return fills.every(({ fill, bar: openTime }) => {
    const bar = barAt(fill.symbol, openTime);
    if (!bar) return false;
    const price = toFloat(fill.price);
    if (fill.liquidity === 'maker')
      return fill.side === 'buy' ? price >= bar.low : price <= bar.high;
    const room = ROUNDING + slippage;
    return price >= bar.low * (1 - room) && price <= bar.high * (1 + room);
  });
}

/** Prices are rounded to a tick after the slippage. */
const ROUNDING = 1e-4;

/**
 * The strategy stood otherwise in the two runs when it was decided: since the last bar before which it stood alike, something came
 * out otherwise, and that is the cause. Unexplained when it stood alike, or when nothing came out otherwise.
 */
function followed(order: TracedOrder, facts: Facts): Finding {
  const { strategyId } = order.intent;
  const [live, backtest] = [facts.live, facts.backtest].map(({ asked }) => asked.get(strategyId));
  const isAlikeAt = (slot: Millis): boolean => {
    const [a, b] = [live?.get(slot), backtest?.get(slot)];
    return a !== undefined && b !== undefined && isAlike(a, b);
  };
  const isBefore = (slot: Millis): boolean =>
    order.isAtClose ? slot <= order.slot : slot < order.slot;
  const alike = [...(backtest?.keys() ?? [])].filter((slot) => isBefore(slot) && isAlikeAt(slot));
  const since = Math.max(-Infinity, ...alike);
  if (order.isAtClose && since === order.slot)
    return (
      otherBars(order, facts) ??
      unexplained({ why: 'the strategy stood alike in both', bar: order.slot })
    );
  const roots = facts.differences.filter(
    ({ strategyId: of, apart, findings }) =>
      of === strategyId && apart.to > since && apart.from <= order.slot && findings.some(isOwn),
  );
  const root = roots.reduce<DriftDifference | undefined>(
    (best, each) => (best && weightOf(best) >= weightOf(each) ? best : each),
    undefined,
  );
  const own = root?.findings.find(isOwn);
  if (!root || !own)
    return unexplained({ why: 'the strategy stood otherwise, and nothing shows why', since });
  return { cause: own.cause, evidence: { since }, follows: root.number };
}

/** The backtest was given other bars than the daemon had: what both make of theirs cannot be the same. */
function otherBars({ intent, slot }: TracedOrder, facts: Facts): Finding | undefined {
  const differing = facts.differingBars(intent.symbol, slot);
  const [first] = differing;
  return first === undefined
    ? undefined
    : finding('missing_data', { by: NAME.model, bars: differing.length, bar: first });
}

/** What only one of them traded weighs most. */
function weightOf({ effect }: DriftDifference): number {
  return effect ? Math.abs(toFloat(effect)) : Infinity;
}

function isAlike(a: Asked, b: Asked): boolean {
  return a.books === b.books;
}

function isOwn({ cause, follows }: Finding): boolean {
  return follows === undefined && cause !== 'unexplained';
}

function otherOf(side: Side): Side {
  return side === 'daemon' ? 'model' : 'daemon';
}

function feeText({ fees }: Sums): string {
  return [...fees].map(([asset, amount]) => `${toText(amount)} ${asset}`).join(', ') || '0';
}

function finding(cause: Finding['cause'], evidence: Finding['evidence']): Finding {
  return { cause, evidence };
}

const unexplained = (evidence: Finding['evidence']): Finding => finding('unexplained', evidence);
