/** The status document for people. */
import { add, dec, toText, ZERO, type Decimal } from '../../../core/domain/decimal.ts';
import { PAUSED } from '../../../core/domain/switch.ts';
import type { StatusDocument } from '../../../runtime/statusDocument.ts';
import { attentionBlock } from './attentionText.ts';
import { profitColour, type Painter } from './colour.ts';
import { fitted, flowBlock, linesBlock, type Block } from './layout.ts';
import type { Look } from './look.ts';
import { strategyBlock } from './strategyTable.ts';
import { printable } from './text.ts';
import {
  age,
  elapsed,
  fileSize,
  mebibytes,
  money,
  percent,
  signedMoney,
  utcText,
} from './values.ts';

const HASH_SHOWN = 8;
const BETWEEN = '   ';

/** Everything, nothing cut. Lines without line feeds. */
export function statusLines(status: StatusDocument, look: Look): string[] {
  return fitted(statusBlocks(status, look));
}

/** What fits a screen of so many lines: `more` below it, by rank like the status's own parts (0 to 9). */
export function statusScreen(
  status: StatusDocument,
  look: Look,
  { height, more = [] }: { readonly height: number; readonly more?: readonly Block[] },
): string[] {
  return fitted([...statusBlocks(status, look), ...more], height);
}

function statusBlocks(status: StatusDocument, look: Look): Block[] {
  const { paint, width } = look;
  const flow = (parts: readonly string[], rank: number): Block =>
    flowBlock(parts, { between: BETWEEN, width, rank });
  return [
    flow(headline(status, paint), 0),
    attentionBlock(status.attention, look, 1),
    flow(exchangeParts(status, paint), 4),
    flow(marketParts(status, paint), 5),
    flow(infrastructure(status), 7),
    flow(health(status), 6),
    flow(moneyParts(status, paint), 2),
    flow(dustParts(status), 9),
    linesBlock(remarks(status, paint), 8),
    strategyBlock(status.strategies, look, 3),
  ];
}

function headline(status: StatusDocument, paint: Painter): string[] {
  const { version, mode, state, state_reason: reason, uptime_s: uptime, pid, config } = status;
  const shown = reason === '' ? state : `${state} (${printable(reason)})`;
  return [
    paint.strong(`plimsoll ${version}`),
    paint.strong(mode.toUpperCase()),
    `${stateColour(status, paint)(shown)} ${elapsed(uptime)}`,
    `pid ${pid}`,
    `config ${config.hash.slice(0, HASH_SHOWN)}`,
  ];
}

function stateColour({ state }: StatusDocument, paint: Painter): (text: string) => string {
  if (state === 'running') return paint.good;
  return state === 'failed' ? paint.bad : paint.warn;
}

function exchangeParts(
  { exchange, market_time: marketTime }: StatusDocument,
  paint: Painter,
): string[] {
  const stream = exchange.private_stream ? 'account stream up' : paint.warn('account stream down');
  const name = exchange.id === exchange.venue ? exchange.id : `${exchange.id} (${exchange.venue})`;
  return [`exchange ${name}`, stream, `market time ${utcText(marketTime)}`];
}

/** What needs a look comes first. */
function marketParts({ exchange: { markets } }: StatusDocument, paint: Painter): string[] {
  const need = ({ stale, halted }: (typeof markets)[number]): number =>
    halted !== null ? 0 : stale ? 1 : 2;
  const parts = [...markets]
    .sort((a, b) => need(a) - need(b))
    .map(({ symbol, last_price: price, data_age_ms: ageMs, stale, halted }) => {
      const text = `${symbol} ${price ?? '-'} (${age(ageMs)} ago)`;
      if (halted?.startsWith(PAUSED) === true)
        return paint.warn(`${text} PAUSED: ${printable(halted.slice(PAUSED.length))}`);
      if (halted !== null) return paint.bad(`${text} HALTED: ${printable(halted)}`);
      return stale ? paint.warn(`${text} STALE`) : text;
    });
  const [first, ...others] = parts;
  return first === undefined ? [] : [`market ${first}`, ...others];
}

function infrastructure({ queue, database, health, recording }: StatusDocument): string[] {
  return [
    `queue ${queue.backend} ${queue.waiting} waiting, ${queue.failed} failed`,
    `books ${database.orders} orders, ${database.fills} fills`,
    `events ${health.events}, ${health.dropped} dropped`,
    `memory ${mebibytes(health.rss_bytes)}`,
    recordingText(recording),
  ];
}

function recordingText(recording: StatusDocument['recording']): string {
  if (!recording) return 'recording off';
  const { bytes, since, stopped } = recording;
  if (stopped !== null) return 'recording stopped';
  return since === null
    ? 'recording not begun'
    : `recording ${fileSize(bytes)} since ${utcText(since)}`;
}

function health({ health: reading }: StatusDocument): string[] {
  const { event_loop_delay_ms: delay, clock_offset_ms: offset, rate_used: used } = reading;
  return [
    `health event loop ${age(delay)} late`.replace('never late', 'not measured'),
    `queue behind ${age(reading.journal_lag_ms)}`,
    `clock off ${offset === null ? '-' : age(Math.abs(offset))}`,
    `compared ${age(reading.reconcile_age_ms)} ago`.replace('never ago', 'never'),
    ...(used === null ? [] : [`rate budget ${percent(used)}`]),
  ];
}

function moneyParts({ equity, risk }: StatusDocument, paint: Painter): string[] {
  return [
    `equity ${paint.strong(money(equity.value))} ${equity.quote}`.trimEnd(),
    `result ${profit(equity.pnl, paint)}`,
    `exposure ${money(risk.exposure)} of ${money(risk.max_total_exposure)}`,
    `open orders ${risk.open_orders} of ${risk.max_open_orders}`,
  ];
}

/** One sum per coin; empty while there is none. */
function dustParts({ dust }: StatusDocument): string[] {
  const sums = new Map<string, Decimal>();
  for (const { asset, amount } of dust) sums.set(asset, add(sums.get(asset) ?? ZERO, dec(amount)));
  const parts = [...sums].map(([asset, amount]) => `${toText(amount)} ${asset}`);
  const [first, ...others] = parts;
  return first === undefined ? [] : [`dust ${first}`, ...others, 'sold with the next sales'];
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

function profit(text: string | null, paint: Painter): string {
  return profitColour(text ?? '0', paint)(signedMoney(text));
}
