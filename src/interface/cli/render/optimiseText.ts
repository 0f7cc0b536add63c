/** A search for people: the verdict first. */
import type { OptimiseReport, SearchAbout } from '../../../research/optimise/report.ts';
import type { StudyProgress } from '../../../research/optimise/study.ts';
import type { Look } from './look.ts';
import { table } from './table.ts';
import { elapsed, percent, utcText } from './values.ts';

const FRONT_SHOWN = 12;
const BAR_WIDTH = 24;
const DAYS_PER_YEAR = 365;

/** While it runs: what was found so far, and how long it will take. */
export function progressWords({ done, trials, best, etaS, known }: StudyProgress): string {
  const sharpe = best?.metrics['sharpe'];
  const parts = [
    `${String(done)}/${String(trials)} trials`,
    ...(known > 0 ? [`${String(known)} known`] : []),
    ...(best ? [`best so far #${String(best.number)}, Sharpe ${ratio(sharpe)}`] : []),
    ...(etaS === undefined ? [] : [`${elapsed(etaS)} left`]),
  ];
  return parts.join(', ');
}

/** Lines without line feeds. */
export function optimiseLines(report: OptimiseReport, look: Look): string[] {
  const { trials, best, files } = report;
  const counted = `${String(trials.booked)} trials booked: ${String(trials.done)} run, ${String(trials.refused)} refused by the strategy's own rules, ${String(trials.failed)} failed; ${report.trials_per_second.toFixed(1)} a second`;
  return [
    ...verdictLines(report.verdict, look),
    '',
    ...aboutLines(report, look),
    counted,
    ...(report.complete ? [] : [look.paint.warn('Ended early; the same command goes on with it.')]),
    ...(best ? bestLines(report, look) : ['Nothing was found that keeps the constraints.']),
    ...frontLines(report, look),
    ...statisticsLines(report.statistics, look),
    ...sensitivityLines(report, look),
    ...influenceLines(report, look),
    ...(files ? ['', `best strategy: ${files.strategy}`, `landscape:     ${files.landscape}`] : []),
  ];
}

export function verdictLines(verdict: OptimiseReport['verdict'], { paint }: Look): string[] {
  if (!verdict) return [paint.bad('There is nothing to judge.')];
  const colour = { edge: paint.good, chance: paint.bad, unknown: paint.warn }[verdict.level];
  return [colour(paint.strong(verdict.words)), ...verdict.reasons.map((reason) => `  - ${reason}`)];
}

export function aboutLines(about: SearchAbout, { paint }: Look): string[] {
  const goals = [about.objectives.join(' and '), ...about.constraints].join(', ');
  return [
    paint.strong(
      `${about.strategy} (${about.kind}) by ${about.method}, seed ${String(about.seed)}: ${goals}`,
    ),
    `${utcText(about.from)} to ${utcText(about.to)} of ${about.data}; study ${about.study} in ${about.ledger}`,
  ];
}

function bestLines({ best }: OptimiseReport, look: Look): string[] {
  if (!best) return [];
  const { metrics } = best;
  return [
    '',
    look.paint.strong(`best: trial ${String(best.number)}`),
    ...Object.entries(best.params).map(([name, value]) => `  ${name}: ${String(value)}`),
    `  return on the budget ${percent(metrics['return'] ?? null)}, Sharpe ${ratio(metrics['sharpe'])}, Calmar ${ratio(metrics['calmar'])}, drawdown ${percent(metrics['max_drawdown'] ?? null)}, ${String(metrics['trades'] ?? 0)} trades`,
  ];
}

function frontLines({ front, objectives }: OptimiseReport, look: Look): string[] {
  if (objectives.length < 2) return [];
  const names = [
    ...new Set(
      objectives.flatMap((text) => text.split(',').map((term) => term.split('=')[0] ?? '')),
    ),
  ];
  return [
    '',
    look.paint.strong(`nobody beats these ${String(front.length)} in everything`),
    ...table({
      columns: [
        { title: 'TRIAL', align: 'right' },
        ...names.map((title) => ({ title: title.toUpperCase(), align: 'right' as const })),
        { title: 'PARAMETERS' },
      ],
      rows: front.slice(0, FRONT_SHOWN).map(({ number, metrics, params }) => [
        String(number),
        ...names.map((name) => ratio(metrics[name])),
        Object.entries(params)
          .map(([name, value]) => `${name}=${String(value)}`)
          .join(' '),
      ]),
      width: look.width,
      paintTitle: look.paint.dim,
    }),
  ];
}

export function statisticsLines(statistics: OptimiseReport['statistics'], look: Look): string[] {
  if (!statistics) return [];
  const columns = [{ title: 'IS IT LUCK?' }, { title: 'VALUE', align: 'right' as const }];
  const rows = [...ratioRows(statistics), ...choiceRows(statistics), ...drawnRows(statistics)];
  return ['', ...table({ columns, rows, width: look.width, paintTitle: look.paint.dim })];
}

type Statistics = NonNullable<OptimiseReport['statistics']>;

function ratioRows(statistics: Statistics): string[][] {
  const { tried, observations, minimum_track_record: needed } = statistics;
  return [
    ['Sharpe ratio (annual)', ratio(statistics.sharpe)],
    [`the best of ${String(tried)} trials without skill`, ratio(statistics.expected_by_chance)],
    [
      'probability of being above 0, if this were the only trial',
      share(statistics.probabilistic_sharpe),
    ],
    ['the same after all trials (deflated)', share(statistics.deflated_sharpe)],
    [
      'daily returns there are, and are needed at 95%',
      `${String(observations)}, ${needed === null ? '-' : String(Math.ceil(needed))}`,
    ],
  ];
}

function choiceRows({ overfitting, against_holding: holding }: Statistics): string[][] {
  const rows: string[][] = [];
  if (overfitting) {
    const annual = (value: number): string => ratio(value * Math.sqrt(DAYS_PER_YEAR));
    rows.push(
      ['probability of overfitting (CSCV)', share(overfitting.probability)],
      [
        'Sharpe where chosen, elsewhere (CSCV, annual)',
        `${annual(overfitting.inSample)}, ${annual(overfitting.outOfSample)}`,
      ],
    );
  }
  if (holding)
    rows.push([
      "chance of this if none beats holding: SPA, White's check",
      `${share(holding.spa)}, ${share(holding.realityCheck)}`,
    ]);
  return rows;
}

function drawnRows({ trade_order: order, drawn_returns: drawn }: Statistics): string[][] {
  const rows: string[][] = [];
  if (order)
    rows.push([
      'drawdown of the trades in other orders, 5 … 95%',
      `${percent(order.drawdown.low)} … ${percent(order.drawdown.high)}`,
    ]);
  if (drawn)
    rows.push(
      [
        'growth over returns drawn anew, 5 … 95%',
        `${percent(drawn.totalReturn.low)} … ${percent(drawn.totalReturn.high)}`,
      ],
      ['share of those that lose', share(drawn.lossShare)],
    );
  return rows;
}

function sensitivityLines({ sensitivity }: OptimiseReport, look: Look): string[] {
  if (sensitivity.length === 0) return [];
  const columns = [
    { title: 'WITH ONE THING CHANGED' },
    ...['SHARPE', 'RETURN', 'DRAWDOWN'].map((title) => ({ title, align: 'right' as const })),
  ];
  const rows = sensitivity.map((each) => [
    each.what,
    ratio(each.sharpe),
    percent(each.return),
    percent(each.max_drawdown),
  ]);
  return ['', ...table({ columns, rows, width: look.width, paintTitle: look.paint.dim })];
}

function influenceLines({ influences }: OptimiseReport, look: Look): string[] {
  if (influences.length === 0) return [];
  return [
    '',
    look.paint.dim('WHAT THE RESULT HANGS ON, EACH PARAMETER ALONE'),
    ...influences.map(({ parameter, share: part }) => {
      const bar = '#'.repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
      return `  ${bar} ${share(part)} ${parameter}`;
    }),
  ];
}

export function ratio(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : value.toFixed(2);
}

/** A probability; never rounded to certainty. */
function share(value: number | null): string {
  if (value === null) return '-';
  return value > 0 && value < 0.001 ? '<0.1%' : `${(Math.floor(value * 1000) / 10).toFixed(1)}%`;
}
