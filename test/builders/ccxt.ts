/** What tests of the exchange adapter need: orders, a quiet logger, a hurried clock. */
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import { clientOrderId, marketSymbol } from '../../src/core/domain/ids.ts';
import type { ApprovedOrder, OrderIntent } from '../../src/core/domain/order.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { anIntent } from './journal.ts';

export const BTC = marketSymbol('BTC/USDT');
export const ETH = marketSymbol('ETH/USDT');
export const CREDENTIALS = {
  apiKey: 'key-of-the-test-account',
  secret: 'secret-of-the-test-account',
} as const;

/** The order's number makes its client order id. */
export function anApproved(sequence: number, over: Partial<OrderIntent> = {}): ApprovedOrder {
  return anIntent(sequence, {
    clientOrderId: clientOrderId(`x${String(sequence).padStart(17, '0')}`),
    price: dec('42000.5'),
    amount: dec('0.0125'),
    ...over,
  });
}

/** A market order: without a price. */
export function aMarketOrder(sequence: number, over: Partial<OrderIntent> = {}): ApprovedOrder {
  const { price: _price, ...order } = anApproved(sequence, { type: 'market', ...over });
  return order;
}

export interface LoggedLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Keeps what is logged, so that a test can look for secrets in it. */
export function keepingLogger(lines: LoggedLine[] = []): Logger & { readonly lines: LoggedLine[] } {
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, fields, message });
  };
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => keepingLogger(lines),
  };
}

/** The machine's clock with every timer `factor` times shorter: deadlines and back-off in a test's time. */
export function hurriedClock(factor: number): Clock {
  return {
    ...systemClock,
    after: (delayMs, task) => systemClock.after(delayMs / factor, task),
    every: (intervalMs, task) => systemClock.every(Math.max(1, intervalMs / factor), task),
    monotonicMs: () => systemClock.monotonicMs() * factor,
  };
}

/** Waits until `condition` holds, looking again each turn of the event loop. */
export async function until(
  condition: () => boolean,
  what: string,
  limitMs = 10_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
