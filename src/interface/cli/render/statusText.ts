/** The status document for people. */
import { add, dec, sumOf, toText, type Decimal } from '../../../core/domain/decimal.ts';
import type { StatusDocument, StrategyStatus } from '../../../runtime/statusDocument.ts';
import { attentionLines } from './attentionText.ts';
import type { Painter } from './colour.ts';
import { table, type Cell } from './table.ts';
import { printable } from './text.ts';
import {
  age,
  assetsOf,
  columnAmounts,
  elapsed,
  mebibytes,
  money,
  percent,
  signedColumnMoney,
  signedMoney,
  utcText,
} from './values.ts';

export interface Look {
  readonly paint: Painter;
  readonly width: number;
}

const HASH_SHOWN = 8;
const BETWEEN = '   ';

/** Lines without line feeds. */
export function statusLines(status: StatusDocument, { paint, width }: Look): string[] {
  return [
    headline(status, paint),
    ...attentionLines(status.attention, paint),
    ...exchangeLines(status, paint),
    infrastructure(status),
    healthLine(status),
    moneyLine(status, paint),
    ...remarks(status, paint),
    '',
    ...strategyTable(status.strategies, { paint, width }),
  ];
}

function headline(status: StatusDocument, paint: Painter): string {
  const { version, mode, state, state_reason: reason, uptime_s: uptime, pid, config } = status;
  const shown = reason === '' ? state : `${state} (${printable(reason)})`;
  return [
    paint.strong(`plimsoll ${version}`),
    paint.strong(mode.toUpperCase()),
    `${stateColour(status, paint)(shown)} ${elapsed(uptime)}`,
    `pid ${pid}`,
    `config ${config.hash.slice(0, HASH_SHOWN)}`,
  ].join(BETWEEN);
}

function stateColour({ state }: StatusDocument, paint: Painter): (text: string) => string {
  if (state === 'running') return paint.good;
  return state === 'failed' ? paint.bad : paint.warn;
}

function exchangeLines(
  { exchange, market_time: marketTime }: StatusDocument,
  paint: Painter,
): string[] {
  const stream = exchange.private_stream ? 'account stream up' : paint.warn('account stream down');
  const name = exchange.id === exchange.venue ? exchange.id : `${exchange.id} (${exchange.venue})`;
  const head = [`exchange ${name}`, stream, `market time ${utcText(marketTime)}`].join(BETWEEN);
  const markets = exchange.markets.map(
    ({ symbol, last_price: price, data_age_ms: ageMs, stale, halted }) => {
      const text = `${symbol} ${price ?? '-'} (${age(ageMs)} ago)`;
      if (halted !== null) return paint.bad(`${text} HALTED: ${printable(halted)}`);
      return stale ? paint.warn(`${text} STALE`) : text;
    },
  );
  return markets.length === 0 ? [head] : [head, `market ${markets.join(BETWEEN)}`];
}

function infrastructure({ queue, database, health }: StatusDocument): string {
  return [
    `queue ${queue.backend} ${queue.waiting} waiting, ${queue.failed} failed`,
    `books ${database.orders} orders, ${database.fills} fills`,
    `events ${health.events}, ${health.dropped} dropped`,
    `memory ${mebibytes(health.rss_bytes)}`,
  ].join(BETWEEN);
}

function healthLine({ health }: StatusDocument): string {
  const { event_loop_delay_ms: delay, clock_offset_ms: offset, rate_used: used } = health;
  return [
    `health event loop ${age(delay)} late`.replace('never late', 'not measured'),
    `queue behind ${age(health.journal_lag_ms)}`,
    `clock off ${offset === null ? '-' : age(Math.abs(offset))}`,
    `compared ${age(health.reconcile_age_ms)} ago`.replace('never ago', 'never'),
    ...(used === null ? [] : [`rate budget ${percent(used)}`]),
  ].join(BETWEEN);
}

function moneyLine({ equity, risk }: StatusDocument, paint: Painter): string {
  return [
    `equity ${paint.strong(money(equity.value))} ${equity.quote}`.trimEnd(),
    `result ${profit(equity.pnl, paint)}`,
    `exposure ${money(risk.exposure)} of ${money(risk.max_total_exposure)}`,
    `open orders ${risk.open_orders} of ${risk.max_open_orders}`,
  ].join(BETWEEN);
}

/** What is worth knowing and nothing that a person must act on. */
function remarks({ equity, health }: StatusDocument, paint: Painter): string[] {
  const pausedMs = health.paused_by_exchange_ms ?? 0;
  const found = [
    equity.unpriced.length > 0
      ? `no price for ${equity.unpriced.join(', ')}: not in the equity`
      : '',
    health.dropped > 0
      ? `${health.dropped} market events were dropped: this machine is too slow`
      : '',
    pausedMs > 0 ? `the exchange asked for a pause of ${age(pausedMs)}` : '',
  ];
  return found.filter((text) => text !== '').map((text) => paint.warn(`! ${text}`));
}

function strategyTable(strategies: readonly StrategyStatus[], look: Look): string[] {
  const { paint, width } = look;
  const positions = columnAmounts(
    strategies.map(({ symbol, position }) => ({
      asset: assetsOf(symbol)[0],
      text: position.amount,
    })),
  );
  const rows = strategies.map((strategy, index) =>
    strategyRow(strategy, positions[index] ?? '-', paint),
  );
  return table({
    width,
    paintTitle: paint.dim,
    columns: COLUMNS,
    rows: strategies.length > 1 ? [...rows, totalRow(strategies, paint)] : rows,
  });
}

const COLUMNS = [
  { title: 'STRATEGY' },
  { title: 'SYMBOL' },
  { title: 'STATE' },
  { title: 'POSITION', align: 'right' },
  { title: 'RESULT', align: 'right' },
  { title: 'FILLS', align: 'right' },
  { title: 'ORDERS', align: 'right' },
  { title: 'LAST DECISION', flexible: true },
] as const;

function strategyRow(strategy: StrategyStatus, position: string, paint: Painter): readonly Cell[] {
  const { id, symbol, state, last_decision: decision } = strategy;
  return [
    id,
    symbol,
    { text: state, paint: state === 'active' ? paint.good : paint.warn },
    position,
    resultCell(resultOf(strategy), symbol, paint),
    String(strategy.fills),
    String(strategy.open_orders),
    `${decision.at === null ? '' : `${decision.at.slice(11, 19)} `}${decision.text}`,
  ];
}

/** All strategies of one daemon share one quote. */
function totalRow(strategies: readonly StrategyStatus[], paint: Painter): readonly Cell[] {
  const total = sumOf(strategies.map(resultOf));
  const count = (of: (strategy: StrategyStatus) => number): string =>
    String(strategies.reduce((sum, strategy) => sum + of(strategy), 0));
  return [
    { text: 'total', paint: paint.strong },
    '',
    '',
    '',
    resultCell(total, strategies[0]?.symbol ?? '', paint),
    count(({ fills }) => fills),
    count(({ open_orders: orders }) => orders),
    '',
  ];
}

function resultOf({ realised_pnl: realised, unrealised_pnl: unrealised }: StrategyStatus): Decimal {
  return add(dec(realised), dec(unrealised ?? '0'));
}

function resultCell(result: Decimal, symbol: string, paint: Painter): Cell {
  const text = toText(result);
  return {
    text: signedColumnMoney(text, assetsOf(symbol)[1]),
    paint: profitColour(text, paint),
  };
}

function profit(text: string | null, paint: Painter): string {
  return profitColour(text ?? '0', paint)(signedMoney(text));
}

function profitColour(text: string, paint: Painter): (text: string) => string {
  if (Number(text) === 0) return (plain) => plain;
  return text.startsWith('-') ? paint.bad : paint.good;
}
