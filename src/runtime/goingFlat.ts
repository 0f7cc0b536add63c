/** Whether everything is sold and cancelled, and asking again for what a late truth has brought back. */
import type { Session } from './session.ts';

/** What a late truth has brought back to a strategy that was out already is sold as well. */
export function sellAgain(session: Session, reason: string): void {
  for (const { stopping, openOrders, spec } of session.state.strategies.values())
    if (!stopping && openOrders.length > 0)
      session.control({ action: 'flatten', symbol: spec.symbol, reason });
}

export function isFlat(session: Session): boolean {
  const isSelling = [...session.state.strategies.values()].some(({ stopping }) => stopping);
  return !isSelling && hasNoOrders(session);
}

/** None of ours is open, those among them that the journal has lost. */
export function hasNoOrders(session: Session): boolean {
  const strangers = [...session.state.strangers.values()];
  return session.liveOrders().length === 0 && !strangers.some(({ isLost }) => isLost);
}
