/** How far the exchange's clock is from ours, as last measured, and what follows from it. */
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';

/**
 * On top of what is known: network paths, and by how much the offset may have been wrong with which the request was stamped. Exchanges
 * refuse stamps from the future (Binance and Bybit beyond one second), and those from the past live shorter.
 */
const MARGIN_MS = 5_000;

export class ExchangeClock {
  readonly #gateway: Pick<ExchangeGateway, 'clockOffsetMs' | 'timing'>;
  #offsetMs: number | undefined;

  constructor(gateway: Pick<ExchangeGateway, 'clockOffsetMs' | 'timing'>) {
    this.#gateway = gateway;
  }

  /** Exchange clock minus ours, milliseconds; undefined before the first measurement. */
  get offsetMs(): number | undefined {
    return this.#offsetMs;
  }

  /** Measures, and lets later requests be stamped with the result. @throws Error `GATEWAY_FAILED` */
  async measure(): Promise<void> {
    this.#offsetMs = await this.#gateway.clockOffsetMs();
  }

  /** Milliseconds after which a request that was sent can no longer take effect, and what it did is to be seen. */
  get quiescenceMs(): number {
    const { lifetimeMs, readLagMs } = this.#gateway.timing;
    return lifetimeMs + MARGIN_MS + readLagMs;
  }
}
