/**
 * The same market gives the same decisions, in the daemon at the simulated exchange and in the backtester: bar by bar, with the
 * same numbers behind them. What they pay may differ, because one trades against a book and the other at the next open; so the
 * strategies here decide by nothing that depends on what was paid (no stops, no take profit, no time in the market).
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadStrategy } from '../../../src/adapters/config/strategyFiles.ts';
import { wireBacktest } from '../../../src/compose/backtestParts.ts';
import { SILENT } from '../../../src/compose/silentLogger.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import { asset, marketSymbol } from '../../../src/core/domain/ids.ts';
import type { BarColumns } from '../../../src/core/domain/market.ts';
import type { StrategySpec } from '../../../src/core/strategies/contract.ts';
import type { StatusDocument } from '../../../src/runtime/statusDocument.ts';
import { runBacktest } from '../../../src/research/backtest.ts';
import type { WorldCandle } from '../../../src/simulator/market/worldViews.ts';
import { DAEMON_TEST_MS, Project } from '../../builders/daemon.ts';
import { booksOf, closedMinutes, type Books } from '../../builders/world.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] as const;
const MINUTE_MS = 60_000;
/** A fixed hour of a fixed day: the market is busier by day than by night. */
const START_MS = Date.UTC(2026, 0, 5, 14);
/** A bar takes a second: an order is filled long before the next one. */
const SPEED = 60;
/** The runtime's minimum of bars to warm up with, and the one more that it asks for (runtime/intake.ts). */
const WARM_UP_BARS = 1_001;
/** On a loaded machine so many bars may pass between warming up and arming: they are warmed up with, too. */
const LATE_BARS_MAX = 15;

const head = (id: string, kind: string, symbol: string): string =>
  [
    'schema_version: 1',
    `id: ${id}`,
    `kind: ${kind}`,
    `symbol: ${symbol}`,
    'timeframe: 1m',
    'budget: 500 USDT',
  ].join('\n');

const STRATEGIES: Readonly<Record<string, string>> = Object.fromEntries(
  SYMBOLS.flatMap((symbol) => {
    const name = symbol.slice(0, 3).toLowerCase();
    return [
      [
        `trend-${name}`,
        // The trailing stop is out of reach: it hangs on the entry price.
        `${head(`trend-${name}`, 'trend', symbol)}\nema_fast: 3\nema_slow: 8\natr_multiple: 20\nmin_score: -0.2\n`,
      ],
      [
        `reversion-${name}`,
        `${head(`reversion-${name}`, 'mean_reversion', symbol)}\nentry_percent_b: 0.3\nentry_rsi: 48\nexit_rsi: 55\nmin_score: -0.7\n`,
      ],
      [`dca-${name}`, `${head(`dca-${name}`, 'dca', symbol)}\nevery: 7m\namount: 20 USDT\n`],
    ].map(([id, text]) => [`${id ?? ''}.yaml`, text ?? '']);
  }),
);

/** One decision: when, what (the side for an order, `turn` for a change of mind), why, and the numbers it rests on. */
interface Decision {
  /** Market time at which the bar it was made on ended. */
  readonly barEnd: string;
  readonly what: string;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Depends on when the entry was filled, or on what was paid for it. */
const OF_THE_FILL = new Set(['stop', 'barsHeld', 'averagePrice']);
/** Notes by which a strategy says what it has decided, and not what became of it. */
const TURN = /^(TREND|REVERSION|DCA)_/u;

function decision(
  at: number,
  what: string,
  { reason, inputs }: { readonly reason: string; readonly inputs: unknown },
): Decision {
  const barEnd = new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS).toISOString();
  // As the journal keeps them.
  const kept = JSON.parse(JSON.stringify(inputs)) as Record<string, unknown>;
  const numbers = Object.entries(kept).filter(([name]) => !OF_THE_FILL.has(name));
  return { barEnd, what, reason, inputs: Object.fromEntries(numbers) };
}

let project: Project;
let status: StatusDocument;
let books: Books;
let candles: ReadonlyMap<string, readonly WorldCandle[]>;

beforeAll(async () => {
  project = new Project({ seed: 11, strategies: STRATEGIES });
  await project.startExchange({ seed: 11, speed: SPEED, startAtMs: START_MS });
  const ran = await project.run('start', '--foreground', '--for', '60s', '--json');
  status = JSON.parse(ran.stdout) as StatusDocument;
  books = booksOf(project);
  await project.stopExchange();
  candles = await closedMinutes(project, SYMBOLS);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

function strategyFile(id: string): StrategySpec {
  const loaded = loadStrategy(join(project.folder, 'strategies', `${id}.yaml`));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value.spec;
}

/** Market time at which the strategy decided first and last. */
function span(id: string): { readonly firstEnd: number; readonly lastEnd: number } {
  const first = books.notes.find((note) => note.strategy_id === id);
  const last = status.strategies.find((strategy) => strategy.id === id)?.last_decision.at;
  if (!first || typeof last !== 'string') throw new Error(`${id} has decided nothing`);
  const ended = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;
  return { firstEnd: ended(first.at), lastEnd: ended(Date.parse(last)) };
}

/** Orders first, then changes of mind; each in the order they came. */
function daemonDecisions(id: string): Decision[] {
  const orders = books.orders
    .filter((order) => order.strategy_id === id)
    .map(({ created_at: at, side, reason, inputs }) =>
      decision(at, side, { reason, inputs: JSON.parse(inputs) }),
    );
  const turns = books.notes
    .filter((note) => note.strategy_id === id && TURN.test(note.code))
    .map(({ at, code, inputs }) =>
      decision(at, 'turn', { reason: code, inputs: JSON.parse(inputs) }),
    );
  return [...orders, ...turns];
}

function columnsOf(bars: readonly WorldCandle[]): BarColumns {
  const column = (read: (bar: WorldCandle) => number): Float64Array =>
    Float64Array.from(bars, read);
  return {
    openTime: column((bar) => bar.timestampMs),
    open: column((bar) => bar.open),
    high: column((bar) => bar.high),
    low: column((bar) => bar.low),
    close: column((bar) => bar.close),
    volume: column((bar) => bar.volume),
  };
}

/** The rules of the simulated exchange's markets. */
function instrumentOf(symbol: string) {
  const [base = '', quote = ''] = symbol.split('/');
  const lots: Readonly<Record<string, string>> = { BTC: '0.00001', ETH: '0.0001', SOL: '0.001' };
  const lotSize = dec(lots[base] ?? '1');
  return {
    symbol: marketSymbol(symbol),
    base: asset(base),
    quote: asset(quote),
    tickSize: dec('0.01'),
    lotSize,
    minAmount: lotSize,
    minNotional: dec('5'),
    makerFee: dec('0.001'),
    takerFee: dec('0.001'),
    triggers: 'none' as const,
  };
}

/** The same strategy over the same bars, armed where the daemon was and warmed up with so many bars before. */
async function backtestDecisions(id: string, warmUpBars: number): Promise<Decision[]> {
  const spec = strategyFile(id);
  const { firstEnd, lastEnd } = span(id);
  const all = candles.get(spec.symbol) ?? [];
  const bars = all.filter(
    (bar) =>
      bar.timestampMs + MINUTE_MS <= lastEnd &&
      bar.timestampMs >= firstEnd - MINUTE_MS - warmUpBars * MINUTE_MS,
  );
  const instrument = instrumentOf(spec.symbol);
  const wired = await wireBacktest({
    spec,
    instrument,
    balances: [{ asset: instrument.quote, total: dec('10000') }],
    fillModel: { slippage: 0.0005, touch: 'through', quoteMaxAgeMs: 0 },
    limits: { maxTotalExposure: dec('5000'), priceBand: 0.05, maxOpenOrders: 100 },
    logger: SILENT,
  });
  const orders: Decision[] = [];
  const turns: Decision[] = [];
  wired.session.onStep((output) => {
    for (const command of output.commands) {
      if (command.kind !== 'place') continue;
      const { createdAt, side } = command.order;
      orders.push(decision(createdAt, side, command.order));
    }
    for (const { at, code, inputs } of output.notes)
      if (TURN.test(code)) turns.push(decision(at, 'turn', { reason: code, inputs }));
  });
  runBacktest(
    wired,
    { symbol: spec.symbol, columns: columnsOf(bars), timeframe: '1m' },
    {
      fromMs: firstEnd - MINUTE_MS,
      toMs: Number.POSITIVE_INFINITY,
      onProgress: () => undefined,
    },
  );
  return [...orders, ...turns];
}

const IDS = Object.keys(STRATEGIES).map((file) => file.replace('.yaml', ''));

describe('the daemon and the backtester over the same market', () => {
  it('have something to compare: every strategy has decided, and entries and exits were made', () => {
    const reasons = new Set(
      books.orders.map((order) => order.reason.replace(/_(BAND|RSI|CROSS)$/u, '')),
    );
    expect(reasons).toEqual(
      new Set(['DCA_BUY', 'TREND_ENTRY', 'TREND_EXIT', 'REVERSION_ENTRY', 'REVERSION_EXIT']),
    );
    expect(books.orders.length).toBeGreaterThan(20);
  });

  it('begin with the bar after arming', () => {
    const armedAt = books.notes.find((note) => note.code === 'ARMED')?.at ?? 0;
    for (const id of IDS)
      expect(Math.abs(span(id).firstEnd - armedAt)).toBeLessThanOrEqual(MINUTE_MS);
  });

  it.each(IDS)('decide the same in %s, on the same bars and numbers', async (id) => {
    const decided = daemonDecisions(id);
    const backtested: Decision[][] = [];
    for (let late = 0; late <= LATE_BARS_MAX; late += 1) {
      backtested.push(await backtestDecisions(id, WARM_UP_BARS + late));
      if (isDeepStrictEqual(backtested[late], decided)) return;
    }
    // With none of them the same: the difference to the usual one.
    expect(decided).toEqual(backtested[0]);
  });
});
