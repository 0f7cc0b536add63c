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
    const look = (): string => (session.isOurs() ? '' : 'another process has taken over');
    const about = { symbol, exchangeOrderId, clientOrderId };
    try {
      const outcome = await gateway.cancel(about, look);
      if (outcome.kind === 'cancelled') session.report(outcome.report);
      else logger.warn({ ...about, ...outcome }, 'the lost order was not cancelled');
    } catch (error) {
      logger.warn({ ...about, error: String(error) }, 'the lost order was not cancelled');
    } finally {
      this.#underWay.delete(clientOrderId);
    }
  }
}
