/** The operator has looked at a halted symbol and lets it trade again. */
import { marketSymbol } from '../core/domain/ids.ts';
import type { Parts } from './parts.ts';

export interface ResumeRequest {
  /** As the operator typed it. */
  readonly symbol: string;
  readonly reason: string;
  /** Book the difference between the exchange's balances and the ledger as a deposit or withdrawal first. */
  readonly adoptBalances: boolean;
}

/**
 * @throws Error `SYMBOL_UNKNOWN` when it is not traded here, `NOT_HALTED` when nothing stands in its way, none of its orders is
 * quarantined and nothing is to be adopted, `BALANCES_MOVING` when orders keep filling while balances are read, `GATEWAY_FAILED`. Nothing is changed then.
 */
export async function resumeSymbol(
  { session, reconciler, holds }: Parts,
  { symbol: typed, reason, adoptBalances }: ResumeRequest,
): Promise<void> {
  const symbol = marketSymbol(typed.toUpperCase());
  const { markets } = session.state;
  const market = markets.get(symbol);
  if (!market)
    throw new Error(
      `SYMBOL_UNKNOWN: ${typed} is not traded here; there is ${[...markets.keys()].join(', ')}`,
    );
  // Its cancel may have been refused when the symbol was resumed before: it can be asked for again.
  const isQuarantined = session
    .liveOrders()
    .some(({ state, intent }) => state === 'QUARANTINED' && intent.symbol === symbol);
  if (market.haltReason === '' && !adoptBalances && !isQuarantined)
    throw new Error(`NOT_HALTED: nothing stands in the way of ${symbol}`);
  if (adoptBalances) {
    const balances = await reconciler.steadyBalances();
    session.control({ action: 'adopt', symbol, balances, reason });
  }
  session.control({ action: 'unhalt', symbol, reason });
  holds.renew();
}
