/** Journalled commands on their way: orders and cancels to the desk, data requests to intake and reconciler. */
import type { Command } from '../core/domain/commands.ts';
import type { Logger } from '../ports/logger.ts';
import type { Intake } from './intake.ts';
import type { LostOrders } from './lostOrders.ts';
import type { OrderDesk } from './orderDesk.ts';
import type { Reconciler } from './reconcile.ts';
import type { Session } from './session.ts';

export interface CommandsDeps {
  readonly session: Session;
  readonly desk: OrderDesk;
  /** Absent where no journal can have lost an order, as in a backtest. */
  readonly lost?: LostOrders;
  readonly intake: Pick<Intake, 'backfill'>;
  readonly reconciler: Pick<Reconciler, 'fetchFills'>;
  readonly logger: Logger;
}

export class Commands {
  readonly #deps: CommandsDeps;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
  }

  carryOut(command: Command): void {
    const { session, desk, lost, intake, reconciler } = this.#deps;
    if (command.kind === 'place') desk.planned(command.order.intentId);
    else if (command.kind === 'cancel') {
      const order = session.order(command.intentId);
      if (order) desk.cancel(order);
    } else if (command.kind === 'cancelLost') void lost?.cancel(command);
    else if (command.kind === 'backfill') this.#watch(intake.backfill(command), 'backfill');
    else this.#watch(reconciler.fetchFills(command.symbol), 'fetching fills');
  }

  #watch(task: Promise<void>, what: string): void {
    task.catch((error: unknown) => {
      this.#deps.logger.warn({ error: String(error) }, `${what} failed; it will be tried again`);
    });
  }
}
