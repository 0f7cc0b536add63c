/** The trading program's own parts, wired as for live trading, against the stub exchange. */
import { join } from 'node:path';
import { createEmbeddedQueue } from '../../../src/adapters/bullmq/embeddedQueue.ts';
import { processLocks } from '../../../src/adapters/sqlite/processLock.ts';
import { createRedisQueue } from '../../../src/adapters/bullmq/redisQueue.ts';
import { createCcxtFeed } from '../../../src/adapters/ccxt/feed.ts';
import { createCcxtGateway } from '../../../src/adapters/ccxt/gateway.ts';
import { systemClock } from '../../../src/adapters/clock/systemClock.ts';
import { openJournal } from '../../../src/adapters/sqlite/journal.ts';
import { SILENT } from '../../../src/compose/silentLogger.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import { marketSymbol, strategyId } from '../../../src/core/domain/ids.ts';
import { TREND } from '../../../src/core/strategies/trend/kind.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import type { OrderQueue } from '../../../src/ports/orderQueue.ts';
import type { TraderDeps } from '../../../src/runtime/parts.ts';
import { Trader } from '../../../src/runtime/trader.ts';
import type { ChildService } from '../child.ts';
import { EveryBarStrategy, everyBarSpec } from '../everyBar.ts';
import { startStopwatch } from '../statistics.ts';
import { BASES, CREDENTIALS, type BotFigures, type BotMessage, type BotRequest } from '../wire.ts';

const SYMBOLS = BASES.map((base) => marketSymbol(`${base}/USDT`));
const STOP_MS = 5_000;
const POLL_MS = 5;
const MIB = 1024 ** 2;

/** Errors only: they would explain a figure. */
const LOGGER: Logger = {
  ...SILENT,
  error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  child: () => LOGGER,
};

function queueOf({ queue, folder }: BotRequest): OrderQueue | undefined {
  if (queue.backend === 'direct') return undefined;
  if (queue.backend === 'embedded')
    return createEmbeddedQueue({
      directory: join(folder, 'queue'),
      logger: LOGGER,
      locks: processLocks,
    });
  const prefix = `plimsoll-bench-${process.pid}`;
  return createRedisQueue({ url: queue.url, prefix, logger: LOGGER });
}

function strategiesOf({ strategies }: BotRequest): TraderDeps['strategies'] {
  const [first] = SYMBOLS;
  if (strategies === 'orders' && first !== undefined)
    return [{ spec: everyBarSpec(first), strategy: new EveryBarStrategy() }];
  return SYMBOLS.map((symbol, index) => {
    const params = { ema_fast: 5, ema_slow: 13, atr_length: 14, atr_multiple: 3 };
    const id = strategyId(`watch-${index}`);
    const spec = { ...everyBarSpec(symbol), id, kind: TREND.kind, stopLoss: 0.05, params };
    return { spec, strategy: TREND.create(spec) };
  });
}

class Bot {
  readonly #trader: Trader;
  #stopwatch = startStopwatch();
  #marked = { handled: 0, dropped: 0, sequence: 0 };

  constructor(request: BotRequest) {
    const host = `127.0.0.1:${request.port}`;
    const strategies = strategiesOf(request);
    const options = {
      exchangeId: 'binance',
      credentials: CREDENTIALS,
      endpoints: { http: `http://${host}`, ws: `ws://${host}` },
      symbols: strategies.map(({ spec }) => spec.symbol),
      logger: LOGGER,
      clock: systemClock,
    };
    this.#trader = new Trader({
      journal: openJournal(join(request.folder, 'bench.db'), {
        exchange: 'bench',
        account: 'bench',
      }),
      gateway: createCcxtGateway(options),
      feed: createCcxtFeed(options),
      queue: queueOf(request),
      clock: systemClock,
      logger: LOGGER,
      limits: { maxTotalExposure: dec('10000'), priceBand: 0.05, maxOpenOrders: 100 },
      strategies,
      orderTtlMs: 30_000,
      staleAfterMs: 30_000,
      quietVenue: () => Promise.resolve(),
    });
  }

  async start(): Promise<void> {
    await this.#trader.start();
  }

  async handle(message: unknown): Promise<BotFigures> {
    const request = message as BotMessage;
    if (request.kind === 'handled') await this.#untilHandled(request.events, request.timeoutMs);
    const figures = this.#figures();
    if (request.kind === 'mark') this.#mark();
    if (request.kind === 'stop') await this.#trader.stop('keep-orders', STOP_MS);
    return figures;
  }

  async #untilHandled(events: number, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const { handled, dropped } = this.#figures();
      if (handled + dropped >= events || performance.now() > deadline) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #mark(): void {
    this.#marked = this.#counts();
    this.#stopwatch = startStopwatch();
  }

  #figures(): BotFigures {
    const { handled, dropped, sequence } = this.#counts();
    return {
      ...this.#stopwatch.stop(),
      handled: handled - this.#marked.handled,
      dropped: dropped - this.#marked.dropped,
      orders: sequence - this.#marked.sequence,
      rssMib: process.memoryUsage.rss() / MIB,
    };
  }

  #counts(): { readonly handled: number; readonly dropped: number; readonly sequence: number } {
    const parts = this.#trader.parts;
    if (!parts) throw new Error('the bot has not started');
    const { handled, dropped } = parts.inbox;
    return { handled, dropped, sequence: parts.session.state.nextSequence };
  }
}

export async function open(request: unknown): Promise<ChildService> {
  const bot = new Bot(request as BotRequest);
  await bot.start();
  return { ready: true, handle: (message) => bot.handle(message) };
}
