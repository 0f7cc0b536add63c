/** Where trials were, and how they fared, as one page without anything from elsewhere. */
import type { Space } from '../../core/search/space.ts';
import type { BookedTrial } from '../../ports/trialLedger.ts';
import type { OptimiseResult } from './optimise.ts';

export interface Landscape {
  readonly title: string;
  readonly objective: string;
  readonly space: Space;
  readonly found: OptimiseResult;
  readonly worthOf: (trial: BookedTrial) => number | undefined;
}

const WIDTH = 420;
const HEIGHT = 240;
const EDGE = 44;
/** Pairs of the most influential parameters that are shown against each other. */
const PAIRS = 3;

interface Dot {
  readonly point: readonly (number | undefined)[];
  readonly worth: number;
  /** In [0, 1]: its place among all. */
  readonly rank: number;
  readonly isBest: boolean;
  readonly title: string;
}

export function landscapePage(landscape: Landscape): string {
  const { title, objective, space, found } = landscape;
  const dots = dotsOf(landscape);
  const { verdict } = found.judgement ?? {};
  const order = found.influences.map(({ parameter }) => parameter);
  const indexes = [...space.parameters.keys()].sort(
    (a, b) => placeOf(order, space, a) - placeOf(order, space, b),
  );
  const singles = indexes.map((at) => panel(dots, space, { x: at }));
  const [first = 0] = indexes;
  const pairs = indexes.slice(1, 1 + PAIRS).map((at) => panel(dots, space, { x: first, y: at }));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:900px;padding:0 1rem;color:#1c2733}
svg{background:#fbfcfd;border:1px solid #dde3e8;margin:.3rem}text{font-size:11px;fill:#5a6872}h2{font-size:1rem}</style></head>
<body><h1>${escaped(title)}</h1>
<p><strong>${escaped(verdict?.words ?? 'Nothing was found that keeps the constraints.')}</strong></p>
<ul>${(verdict?.reasons ?? []).map((reason) => `<li>${escaped(reason)}</li>`).join('')}</ul>
<h2>${escaped(objective)} by parameter, the most influential first; the best is ringed</h2>
${singles.join('\n')}
<h2>Pairs: the darker, the better</h2>
${pairs.join('\n')}
</body></html>
`;
}

function placeOf(order: readonly string[], space: Space, at: number): number {
  const place = order.indexOf(space.parameters[at]?.name ?? '');
  return place < 0 ? order.length + at : place;
}

function dotsOf({ space, found, worthOf }: Landscape): Dot[] {
  const seen = found.trials
    .filter(({ state, share }) => state === 'done' && share === 1)
    .map((trial) => ({ trial, worth: worthOf(trial) ?? Number.NaN }))
    .filter(({ worth }) => Number.isFinite(worth))
    .sort((a, b) => a.worth - b.worth);
  return seen.map(({ trial, worth }, place) => ({
    ...{ worth, rank: place / Math.max(1, seen.length - 1) },
    point: space.encode(trial.params),
    isBest: trial.number === found.best?.number,
    title: `trial ${String(trial.number)}: ${worth.toPrecision(4)} · ${JSON.stringify(trial.params)}`,
  }));
}

/** One parameter against the objective, or against another one. */
function panel(
  dots: readonly Dot[],
  space: Space,
  { x, y }: { readonly x: number; readonly y?: number },
): string {
  const worths = dots.map(({ worth }) => worth);
  const [low, high] = [Math.min(...worths), Math.max(...worths)];
  const heightOf = ({ worth, point }: Dot): number | undefined =>
    y === undefined ? (worth - low) / (high - low || 1) : point[y];
  const marks = dots.map((dot) => {
    const [along, up] = [dot.point[x], heightOf(dot)];
    if (along === undefined || up === undefined) return '';
    const place = `cx="${at(EDGE + along * (WIDTH - 2 * EDGE))}" cy="${at(HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE))}"`;
    const ring = dot.isBest ? ` stroke="#b3261e" stroke-width="2.5"` : '';
    const shade = `hsl(205 60% ${at(85 - 60 * dot.rank)}%)`;
    return `<circle ${place} r="${dot.isBest ? 6 : 3.5}" fill="${shade}"${ring}><title>${escaped(dot.title)}</title></circle>`;
  });
  const [left, right] = endsOf(space, x);
  const [bottom, top] =
    y === undefined ? [low.toPrecision(3), high.toPrecision(3)] : endsOf(space, y);
  const name = escaped(space.parameters[x]?.name ?? '');
  const other = y === undefined ? '' : `${escaped(space.parameters[y]?.name ?? '')} over `;
  return `<svg width="${WIDTH}" height="${HEIGHT}" role="img"><text x="${EDGE}" y="18">${other}${name}</text>
<text x="${EDGE}" y="${HEIGHT - 24}">${escaped(left)}</text><text x="${WIDTH - EDGE}" y="${HEIGHT - 24}" text-anchor="end">${escaped(right)}</text>
<text x="4" y="${HEIGHT - EDGE}">${escaped(bottom)}</text><text x="4" y="${EDGE}">${escaped(top)}</text>
${marks.join('')}</svg>`;
}

function endsOf(space: Space, index: number): readonly [string, string] {
  const parameter = space.parameters[index];
  if (!parameter) return ['', ''];
  if (parameter.type === 'choice')
    return [String(parameter.values[0]), String(parameter.values.at(-1))];
  const { low, high, unit } = parameter;
  return [`${String(low)}${unit}`, `${String(high)}${unit}`];
}

function at(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
