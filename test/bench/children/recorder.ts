/** What recording a public trade costs: the thread that trades, all threads, and bytes on disk. */
import { systemClock } from '../../../src/adapters/clock/systemClock.ts';
import { FileRecorder } from '../../../src/adapters/recordings/fileRecorder.ts';
import type { TradeEvent } from '../../../src/core/domain/events.ts';
import { BTC_USDT } from '../../builders/orders.ts';
import type { ChildService } from '../child.ts';
import { randomFrom } from '../market.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const FIRST_MS = 1_760_000_000_000;
/** Events between two turns of the event loop, in which blocks are written. */
const BURST = 1_024;
const BYTES_MAX = 1e9;
const AGE_MS_MAX = 86_400_000;

export interface RecorderCase {
  readonly folder: string;
  readonly trades: number;
  readonly rounds: number;
}

export interface RecorderFigures {
  readonly costs: readonly Cost[];
  readonly bytesPerTrade: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { folder, trades, rounds } = request as RecorderCase;
  const costs: Cost[] = [];
  let bytes = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const events = makeTrades(trades);
    const recorder = new FileRecorder({
      ...{ folder, clock: systemClock, bytesMax: BYTES_MAX, ageMsMax: AGE_MS_MAX },
      about: { program: 'bench', mode: 'bench', configHash: '' },
    });
    recorder.begin({ epoch: round });
    const stopwatch = startStopwatch();
    for (const [row, event] of events.entries()) {
      recorder.event(event);
      if (row % BURST === BURST - 1) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await recorder.close();
    const cost = stopwatch.stop();
    const { stopped, bytes: written } = recorder.status();
    if (stopped) throw new Error(stopped.why);
    bytes = written;
    if (round > 0) costs.push(cost);
  }
  return { ready: { costs, bytesPerTrade: bytes / trades } satisfies RecorderFigures };
}

function makeTrades(count: number): TradeEvent[] {
  const random = randomFrom(1);
  let cents = 5_000_000;
  return Array.from({ length: count }, (_none, row) => {
    cents += Math.round((random() - 0.5) * 40);
    const side = random() < 0.5 ? 'buy' : 'sell';
    const amount = Math.ceil(random() * 5_000) / 10_000;
    const at = FIRST_MS + row * 97;
    return { kind: 'trade', at, symbol: BTC_USDT, price: cents / 100, amount, side };
  });
}
