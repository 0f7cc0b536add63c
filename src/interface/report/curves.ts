/** Drawings of the account: equity against holding, and how far it was below its peak. */
import type { BacktestReport } from '../../research/reportSchema.ts';
import { frameOf, pathOf, rangeOf, svg, type Frame } from './axes.ts';
import { grouped } from './markup.ts';

type Point = BacktestReport['chart']['equity'][number];

export function equityChart({ chart: { equity } }: BacktestReport): string {
  const values = rangeOf(equity.flatMap(([, own, held]) => [own, held]));
  const frame = frameOf(timesOf(equity), values, { height: 300, label: grouped });
  const line = (name: string, valueOf: (point: Point) => number): string =>
    `<path class="line ${name}" d="${pathOf(equity.map((point) => [frame.x(point[0]), frame.y(valueOf(point))]))}"/>`;
  return svg(
    frame,
    'Equity of the account, and what holding would have come to',
    frame.grid + line('holding', ([, , held]) => held) + line('equity', ([, own]) => own),
  );
}

export function drawdownChart({ chart: { equity }, metrics }: BacktestReport): string {
  const depths = depthsOf(equity);
  const deepest = Math.max(metrics.max_drawdown, ...depths.map(([, depth]) => depth));
  const frame = frameOf(
    timesOf(equity),
    { from: -deepest, to: 0 },
    { height: 180, label: (value) => `${(Math.min(0, value) * 100).toFixed(1)} %` },
  );
  const points = depths.map(([at, depth]) => [frame.x(at), frame.y(-depth)] as const);
  return svg(frame, 'Below the peak', frame.grid + area(points, frame));
}

function area(points: readonly (readonly [number, number])[], { y }: Frame): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return '';
  const top = y(0).toFixed(1);
  return `<path class="fall" d="${pathOf(points)}L${last[0].toFixed(1)} ${top}L${first[0].toFixed(1)} ${top}Z"/>`;
}

function depthsOf(points: readonly Point[]): (readonly [at: number, depth: number])[] {
  let peak = 0;
  return points.map(([at, equity]) => {
    peak = Math.max(peak, equity);
    return [at, 1 - equity / peak];
  });
}

function timesOf(points: readonly Point[]): { readonly from: number; readonly to: number } {
  return { from: points[0]?.[0] ?? 0, to: points.at(-1)?.[0] ?? 1 };
}
