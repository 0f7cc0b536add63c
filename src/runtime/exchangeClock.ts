/** How far the exchange's clock is from ours, as last measured, and what follows from it. */
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';

/** On top of what is known: network paths, clocks that drift between two measurements. */
const MARGIN_MS = 5_000;
/**
 * Requests are stamped with the offset taken off, so only its error could make one live longer: it counts with at most the
 * longest life that any exchange allows a request.
 */
const OFFSET_COUNTED_MAX_MS = 60_000;

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
    const offsetMs = Math.min(
      Math.abs(this.#offsetMs ?? OFFSET_COUNTED_MAX_MS),
      OFFSET_COUNTED_MAX_MS,
    );
    return lifetimeMs + offsetMs + MARGIN_MS + readLagMs;
  }
}
