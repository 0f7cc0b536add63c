/** A market's candles with what was done in it: fills, trades from entry to exit, and prices at which orders rested. */
import type { BacktestOrder, BacktestReport } from '../../research/reportSchema.ts';
import { frameOf, rangeOf, svg, type Frame } from './axes.ts';
import { escaped, grouped, minuteText } from './markup.ts';

/** Of each kind drawn at most, evenly taken; more could not be told apart. */
const MARKS_MAX = 600;
/** Half the width of a fill's arrow: few of them are larger. */
const ARROW = 5;
const SMALL_ARROW = 3;
const MANY = 200;

type Market = BacktestReport['chart']['markets'][number];

export function candleChart(report: BacktestReport, market: Market): string {
  const { symbol, bars } = market;
  const end = Date.parse(report.to);
  const times = { from: bars[0]?.[0] ?? 0, to: Math.max(end, bars.at(-1)?.[0] ?? 1) };
  const values = rangeOf(bars.flatMap(([, , high, low]) => [high, low]));
  const frame = frameOf(times, values, { height: 360, label: grouped });
  const own = <Item extends Drawn>(items: readonly Item[]): Item[] => thinned(items, symbol);
  const inside = (price: number): boolean => price >= values.from && price <= values.to;
  const fills = own(report.fills);
  return svg(
    frame,
    `${symbol} with fills and levels`,
    [
      frame.grid,
      ...own(report.orders.filter(isResting))
        .filter(({ price }) => inside(Number(price)))
        .map((order) => level(order, frame, end)),
      ...bars.map((bar, at) => candle(bar, bars[at + 1]?.[0] ?? times.to, frame)),
      ...own(report.trades).map((trade) => tradeLine(trade, frame)),
      ...fills.map((fill) => arrow(fill, frame, fills.length > MANY ? SMALL_ARROW : ARROW)),
    ].join('\n'),
  );
}

interface Drawn {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
}

/** Of a market, each side for itself: buys and sells take turns, and every second would be one of them. */
function thinned<Item extends Drawn>(items: readonly Item[], symbol: string): Item[] {
  return (['buy', 'sell'] as const).flatMap((side) => {
    const own = items.filter((item) => item.symbol === symbol && item.side === side);
    const stride = Math.ceil(own.length / MARKS_MAX);
    return stride <= 1 ? own : own.filter((_each, at) => at % stride === 0);
  });
}

function isResting({ price }: BacktestOrder): boolean {
  return price !== null;
}

function candle(
  [at, open, high, low, close]: Market['bars'][number],
  next: number,
  { x, y }: Frame,
): string {
  const width = Math.max(0.6, (x(next) - x(at)) * 0.7);
  const middle = (x(at) + x(next)) / 2;
  const [top, bottom] = [y(Math.max(open, close)), y(Math.min(open, close))];
  const side = close >= open ? 'up' : 'down';
  const wick = `<line x1="${middle.toFixed(1)}" x2="${middle.toFixed(1)}" y1="${y(high).toFixed(1)}" y2="${y(low).toFixed(1)}"/>`;
  const body = `<rect x="${(middle - width / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${Math.max(0.6, bottom - top).toFixed(1)}"/>`;
  return `<g class="candle ${side}">${wick}${body}</g>`;
}

function level(
  { time, ended, price, side, type }: BacktestOrder,
  frame: Frame,
  end: number,
): string {
  const from = frame.x(Date.parse(time)).toFixed(1);
  const to = frame.x(ended === null ? end : Date.parse(ended)).toFixed(1);
  const at = frame.y(Number(price)).toFixed(1);
  return `<line class="level ${type === 'stop' ? 'stop' : side}" x1="${from}" x2="${to}" y1="${at}" y2="${at}"/>`;
}

function tradeLine(trade: BacktestReport['trades'][number], { x, y }: Frame): string {
  const [x1, x2] = [trade.entry_time, trade.exit_time].map((time) =>
    x(Date.parse(time)).toFixed(1),
  );
  const [y1, y2] = [trade.entry_price, trade.exit_price].map((price) =>
    y(Number(price)).toFixed(1),
  );
  const look = trade.pnl.startsWith('-') ? 'lost' : 'won';
  return `<line class="trade ${look}" x1="${x1 ?? ''}" x2="${x2 ?? ''}" y1="${y1 ?? ''}" y2="${y2 ?? ''}"/>`;
}

function arrow(fill: BacktestReport['fills'][number], { x, y }: Frame, size: number): string {
  const [at, price] = [x(Date.parse(fill.time)), y(Number(fill.price))];
  const base = fill.side === 'buy' ? price + size * 1.6 : price - size * 1.6;
  const points = [
    [at, price],
    [at - size, base],
    [at + size, base],
  ].map(([px = 0, py = 0]) => `${px.toFixed(1)},${py.toFixed(1)}`);
  const words = `${fill.side} ${fill.amount} at ${fill.price}, ${minuteText(fill.time)}: ${fill.reason}`;
  return `<polygon class="fill ${fill.side}" points="${points.join(' ')}"><title>${escaped(words)}</title></polygon>`;
}
