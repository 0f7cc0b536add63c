/** Markets where the books and the exchange do not agree: entries stop there until an operator says so. */
import { toText } from '../domain/decimal.ts';
import type { BalanceEvent, ControlEvent } from '../domain/events.ts';
import type { Balance } from '../domain/fill.ts';
import type { Instrument } from '../domain/instrument.ts';
import { PAUSED } from '../domain/switch.ts';
import { diffBalances, type BalanceDifference } from '../ledger/ledger.ts';
import { heedMissing } from './bookings.ts';
import { cancelAllLost } from './locks.ts';
import { requestCancel } from './planning.ts';
import type { EngineState, MarketState } from './state.ts';

/** Begins the reason of a halt that waits for something which passes; it gives way to every other reason. */
export const HOLD = 'on hold: ';

/**
 * Turns a symbol's entries off until the operator resumes it. One that is off already keeps its first reason: what came after
 * it has notes of its own. Cancels and exits go on.
 */
export function halt(state: EngineState, market: MarketState, reason: string): void {
  const { haltReason } = market;
  if (haltReason === '' || haltReason.startsWith(HOLD) || haltReason.startsWith(PAUSED))
    setReason(state, market, { haltReason: reason, reason });
}

/** The operator's or the runtime's word on one symbol's entries. */
export function setHalted(state: EngineState, event: ControlEvent): void {
  const market = event.symbol === undefined ? undefined : state.markets.get(event.symbol);
  if (!market) return;
  const { action, reason } = event;
  const haltReason = action === 'halt' ? reason : '';
  if (action === 'unhalt') {
    endQuarantined(state, market, reason);
    cancelAllLost(state, market.instrument.symbol, reason);
  }
  if (market.haltReason !== haltReason) setReason(state, market, { haltReason, reason });
}

/** The operator has looked: what nobody here wanted alive is cancelled, unless it has ended; its end is the exchange's word. */
function endQuarantined(state: EngineState, { instrument }: MarketState, reason: string): void {
  for (const { state: is, intent } of state.orders.live())
    if (is === 'QUARANTINED' && intent.symbol === instrument.symbol)
      requestCancel(state, intent.intentId, `OPERATOR_CANCEL: ${reason}`);
}

function setReason(
  { out, now }: EngineState,
  market: MarketState,
  { haltReason, reason }: { readonly haltReason: string; readonly reason: string },
): void {
  market.haltReason = haltReason;
  market.haltedAt = haltReason === '' ? 0 : now;
  out.flags = true;
  const { symbol } = market.instrument;
  const code = haltReason === '' ? 'UNHALT' : 'HALT';
  out.note({ at: now, code, symbol, inputs: { symbol, reason } });
}

/**
 * Where the exchange's balances are not the ledger's, in assets that are ours to watch: those of the markets, and those that fills
 * have moved, as a third asset in which fees are taken.
 */
export function driftIn(state: EngineState, balances: readonly Balance[]): BalanceDifference[] {
  const instruments = [...state.markets.values()].map(({ instrument }) => instrument);
  return diffBalances(state.ledger, balances).filter((difference) => {
    const account = state.ledger.accounts.get(difference.asset);
    const untouched = account?.total.eq(account.opening.plus(account.deposited)) !== false;
    return !untouched || instruments.some((instrument) => isOf(instrument, difference));
  });
}

/**
 * Compares the exchange's balances with the ledger's: each difference is noted, and halts the markets of its asset; of what is missing
 * each strategy bears its share. What was not judged is as it was before.
 */
export function onBalance(state: EngineState, event: BalanceEvent): void {
  const drifts = driftIn(state, event.balances);
  for (const asset of state.drift.keys())
    if (event.unjudged?.includes(asset) !== true) state.drift.delete(asset);
  for (const drift of drifts) {
    state.drift.set(drift.asset, drift.difference);
    const { asset } = drift;
    const [exchange, ledger] = [toText(drift.exchange), toText(drift.ledger)];
    state.out.note({
      at: state.now,
      code: 'BALANCE_DRIFT',
      inputs: { asset, exchange, ledger },
    });
    const reason = `the exchange says ${exchange} ${asset}, the ledger says ${ledger}`;
    for (const market of state.markets.values()) {
      if (isOf(market.instrument, drift)) halt(state, market, reason);
    }
  }
  heedMissing(state);
}

/** True for the base and the quote of a market. */
export function isOf({ base, quote }: Instrument, { asset }: BalanceDifference): boolean {
  return asset === base || asset === quote;
}
