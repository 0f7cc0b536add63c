import { withDeadline } from './deadline.ts';
import { gatewayFailed } from './errors.ts';
import type { Session } from './session.ts';
import { millisOf } from './values.ts';

const SAMPLES = 3;
const DEADLINE_MS = 5_000;

/**
 * Measures the exchange's clock minus ours, in milliseconds, and lets every later request be signed with it. Of three
 * samples the one with the shortest round trip counts, and half of that trip is taken off; ccxt's own measure does
 * neither, and measures once.
 * @throws Error `GATEWAY_FAILED`
 */
export async function measureOffset(session: Session): Promise<number> {
  const { clock } = session.options;
  let best = { roundTripMs: Infinity, offsetMs: 0 };
  try {
    const { exchange } = await session.lane('queries');
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const sentAt = clock.monotonicMs();
      const server = millisOf(await withDeadline(clock, DEADLINE_MS, exchange.fetchTime()));
      const roundTripMs = clock.monotonicMs() - sentAt;
      if (server === undefined) throw new Error('the answer is no time');
      if (roundTripMs < best.roundTripMs)
        best = { roundTripMs, offsetMs: Math.round(server + roundTripMs / 2 - clock.wallMs()) };
    }
  } catch (error) {
    throw gatewayFailed("the exchange's clock", error, session.secrets);
  }
  session.setOffset(best.offsetMs);
  return best.offsetMs;
}
