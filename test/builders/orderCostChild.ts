/**
 * Counts what one order costs in a fixed backtest of each kind of strategy, and prints it as JSON, kind by kind. A process of its
 * own, with so much room for young objects that nothing is collected while it measures.
 */
import { createHook } from 'node:async_hooks';
import { wireBacktest } from '../../src/compose/backtestParts.ts';
import { guessInstrument } from '../../src/compose/instrumentGuess.ts';
import { SILENT } from '../../src/compose/silentLogger.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import { asset } from '../../src/core/domain/ids.ts';
import { runBacktest } from '../../src/research/backtest.ts';
import { seededBars } from '../fingerprint/bars.ts';
import { CASES, SYMBOL, type Case } from '../fingerprint/cases.ts';
import type { OrderCost } from './orderCost.ts';

const SEED = 7;
const BARS = 8_000;
/** Enough for the compiler to have seen everything. */
const WARM_UP_RUNS = 4;
const FEE = dec('0.001');
/** The least of so many is taken: code that a busy machine has not compiled yet allocates more. */
const RUNS = 3;
/** Settings with which a kind orders often, so that the bars between the orders count for little. */
const BUSY: Readonly<Record<string, object>> = {
  dca: {
    takeProfit: 0.001,
    params: { every: 60_000, amount: { amount: dec(200), asset: asset('USDT') } },
  },
};

const columns = seededBars(BARS, SEED);
const instrument = guessInstrument(
  SYMBOL,
  { price: columns.close[0] ?? 1, priceDecimals: 2 },
  { maker: FEE, taker: FEE },
);

const counts = { arithmetic: 0, promises: 0 };
const promises = createHook({
  init(_id, type) {
    if (type === 'PROMISE') counts.promises += 1;
  },
});

/** One run, with the steps of its bars left out. */
async function run({ name, specs: [spec], balance, fillModel }: Case): Promise<{
  readonly orders: number;
  readonly bytes: number;
  readonly steps: number;
  readonly commits: number;
}> {
  if (!spec) throw new Error(`${name} has no strategy`);
  const wired = await wireBacktest({
    spec: { ...spec, ...BUSY[name] },
    instrument,
    balances: [{ asset: instrument.quote, total: balance }],
    fillModel,
    limits: { maxTotalExposure: balance, priceBand: 0.05, maxOpenOrders: 200 },
    logger: SILENT,
  });
  const { state } = wired.session;
  const seen = { steps: 0, commits: 0 };
  wired.session.onStep(() => {
    seen.commits += 1;
  });
  const clear = state.out.clear.bind(state.out);
  state.out.clear = () => {
    seen.steps += 1;
    clear();
  };
  counts.arithmetic = 0;
  counts.promises = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  runBacktest(
    wired,
    { symbol: SYMBOL, columns, timeframe: '1m' },
    { fromMs: -Infinity, toMs: Infinity, onProgress: () => undefined },
  );
  const bytes = process.memoryUsage().heapUsed - before;
  return {
    orders: state.nextSequence - 1,
    bytes,
    steps: seen.steps - BARS,
    commits: seen.commits,
  };
}

/** Wraps every method of the exact numbers; what one asks of another is part of it. */
function countArithmetic(): void {
  const prototype = Object.getPrototypeOf(dec(1)) as Record<string, unknown>;
  let depth = 0;
  for (const method of Object.getOwnPropertyNames(prototype)) {
    const original = prototype[method];
    if (typeof original !== 'function' || method === 'constructor') continue;
    prototype[method] = function counted(this: unknown, ...args: unknown[]): unknown {
      if (depth === 0) counts.arithmetic += 1;
      depth += 1;
      try {
        return (original as (...given: unknown[]) => unknown).apply(this, args);
      } finally {
        depth -= 1;
      }
    };
  }
}

const kinds = CASES.filter(({ specs }) => specs.length === 1);
const costs: Record<string, OrderCost> = {};
for (const kind of kinds) {
  for (let time = 0; time < WARM_UP_RUNS; time += 1) await run(kind);
  const { orders, bytes, steps, commits } = await run(kind);
  let least = bytes;
  for (let time = 1; time < RUNS; time += 1) least = Math.min(least, (await run(kind)).bytes);
  costs[kind.name] = {
    orders,
    bytes: least / orders,
    steps: steps / orders,
    commits: commits / orders,
    promises: 0,
    arithmetic: 0,
  };
}
// Afterwards: counting allocates.
promises.enable();
countArithmetic();
for (const kind of kinds) {
  const { orders } = await run(kind);
  const { arithmetic, promises: made } = counts;
  Object.assign(costs[kind.name] ?? {}, {
    promises: made / orders,
    arithmetic: arithmetic / orders,
  });
}
process.stdout.write(`${JSON.stringify(costs)}\n`);
process.exit(0);
