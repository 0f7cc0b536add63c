/**
 * Cancels of orders that this installation has made and its journal does not know. They are in no books, so nothing of them is kept
 * here: the exchange's word, or its next list of open orders, says what became of each; the engine asks again while it stands.
 */
import type { CancelLostCommand } from '../core/domain/commands.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Logger } from '../ports/logger.ts';
import type { Session } from './session.ts';

export interface LostOrdersDeps {
  readonly session: Session;
  readonly gateway: Pick<ExchangeGateway, 'cancel'>;
  readonly logger: Logger;
}

export class LostOrders {
  readonly #deps: LostOrdersDeps;
  /** Requests on their way, one for an order at most. */
  readonly #underWay = new Set<string>();

  constructor(deps: LostOrdersDeps) {
    this.#deps = deps;
  }

  /** Never throws, nor does what it returns reject. */
  async cancel({ symbol, clientOrderId, exchangeOrderId }: CancelLostCommand): Promise<void> {
    const { session, gateway, logger } = this.#deps;
    if (this.#underWay.has(clientOrderId)) return;
    this.#underWay.add(clientOrderId);
    const about = { symbol, exchangeOrderId, clientOrderId };
    const look = (): string => {
      if (!stands(session, about)) return 'it stands no more';
      return session.isOurs() ? '' : 'another process has taken over';
    };
    try {
      const outcome = await gateway.cancel(about, look);
      if (outcome.kind === 'cancelled') session.report(outcome.report);
      else if (outcome.kind !== 'withheld')
        logger.warn({ ...about, ...outcome }, 'the lost order was not cancelled');
    } catch (error) {
      logger.warn({ ...about, error: String(error) }, 'the lost order was not cancelled');
    } finally {
      this.#underWay.delete(clientOrderId);
    }
  }
}

/** It may have ended while its cancel waited for its turn: with the other leg of its pair, or because it has traded. */
function stands({ state }: Session, order: Pick<CancelLostCommand, 'symbol' | 'exchangeOrderId'>) {
  for (const { symbol, exchangeOrderId } of state.strangers.values())
    if (symbol === order.symbol && exchangeOrderId === order.exchangeOrderId) return true;
  return false;
}
