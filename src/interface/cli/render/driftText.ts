/** What a comparison of a period with its backtest came to, for people and for programs. */
import { toText, type Decimal } from '../../../core/domain/decimal.ts';
import { formatUtc } from '../../../core/domain/time.ts';
import { DRIFT_CAUSES } from '../../../core/reporting/driftCauses.ts';
import { causeCounts } from '../../../research/drift/compare.ts';
import type { DriftResult } from '../../../research/drift/drift.ts';
import type { Sums } from '../../../research/drift/sums.ts';
import type { DriftDifference, Finding } from '../../../research/drift/types.ts';
import { numberText } from './dataText.ts';
import type { Look } from './look.ts';
import { fillRow } from './recordRows.ts';
import { table } from './table.ts';
import { averageText, signedMoney, utc } from './values.ts';

const COLUMNS = [
  { title: '#', align: 'right' },
  { title: 'BAR' },
  { title: 'STRATEGY' },
  { title: 'ORDER' },
  { title: 'TRADED', align: 'right' },
  { title: 'BACKTEST', align: 'right' },
  { title: 'EFFECT', align: 'right' },
  { title: 'CAUSE', flexible: true },
] as const;

/** Market times since 2001, in milliseconds. */
const TIME_MIN = 1e12;

export function driftLines(result: DriftResult, look: Look): string[] {
  const { from, to, bars, trades, alike, differences, unexplained, unrecorded } = result;
  const { paint } = look;
  const lines = [
    `${utc(from)} to ${utc(to)}: ${numberText(bars)} bars, ${numberText(trades.live)} trades, ${numberText(trades.backtest)} in the backtest; ${numberText(alike)} came out alike, ${numberText(differences.length)} did not`,
    ...countLines(differences),
  ];
  if (result.operatorActs > 0)
    lines.push(
      `what the operator did ${numberText(result.operatorActs)} times was done in the backtest, too`,
    );
  if (differences.length > 0)
    lines.push(
      '',
      ...table({
        columns: COLUMNS,
        rows: differences.map(cells),
        width: look.width,
        paintTitle: paint.dim,
      }),
    );
  if (unexplained > 0)
    lines.push('', paint.bad(`${countOf(unexplained, 'difference')} unexplained`));
  if (unrecorded.length > 0)
    lines.push(paint.bad(`${countOf(unrecorded.length, 'fill')} in the books and in no recording`));
  return lines;
}

function countOf(count: number, what: string): string {
  return `${numberText(count)} ${what}${count === 1 ? ' is' : 's are'}`;
}

function countLines(differences: readonly DriftDifference[]): string[] {
  return [...causeCounts(differences)].map(([cause, { own, following }]) => {
    const words = cause === 'unexplained' ? 'no cause was found' : DRIFT_CAUSES[cause].text;
    const more = following > 0 ? `, ${numberText(following)} that follow from one` : '';
    return `  ${nameOf(cause)}: ${numberText(own)}${more} (${words})`;
  });
}

function cells(difference: DriftDifference): string[] {
  const { number, bar, strategyId, role, live, backtest, effect, findings } = difference;
  return [
    String(number),
    utc(bar),
    strategyId,
    role,
    tradeText(live),
    tradeText(backtest),
    effect ? signedMoney(toText(effect)) : '-',
    findings.map(findingText).join('; '),
  ];
}

function tradeText(sums: Sums | undefined): string {
  return sums ? `${toText(sums.amount)} @ ${averageText(sums.value, sums.amount)}` : '-';
}

const nameOf = (cause: Finding['cause']): string => cause.replaceAll('_', ' ');

/** The cause, and what it rests on. */
function findingText({ cause, evidence, follows }: Finding): string {
  if (follows !== undefined) return `${nameOf(cause)}, follows from ${follows}`;
  const facts = Object.entries(evidence)
    .filter(([name, value]) => name !== 'why' && value !== '')
    .map(([name, value]) => `${name} ${valueText(value)}`);
  const why = evidence['why'] === undefined ? [] : [String(evidence['why'])];
  return `${nameOf(cause)}: ${[...why, ...facts].join(', ')}`;
}

function valueText(value: string | number): string {
  if (typeof value === 'string') return value;
  if (value > TIME_MIN) return utc(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(10))) : 'never';
}

/** For programs. */
export function driftDocument(result: DriftResult): Readonly<Record<string, unknown>> {
  const { from, to, bars, trades, alike, differences, unexplained, unrecorded } = result;
  const counts = [...causeCounts(differences)].filter(([cause]) => cause !== 'unexplained');
  return {
    ...{ from: formatUtc(from), to: formatUtc(to), bars },
    ...{ trades: trades.live, backtest_trades: trades.backtest, alike },
    ...{ differing: differences.length, unexplained, operator_acts: result.operatorActs },
    causes: Object.fromEntries(counts),
    differences: differences.map(differenceRow),
    unrecorded: unrecorded.map(fillRow),
  };
}

function differenceRow(difference: DriftDifference): Readonly<Record<string, unknown>> {
  const { number, bar, strategyId, symbol, role, reason, effect, findings } = difference;
  return {
    ...{ number, bar: formatUtc(bar), strategy: strategyId, symbol, order: role, reason },
    traded: sumsRow(difference.live),
    backtest: sumsRow(difference.backtest),
    effect: textIf(effect),
    findings: findings.map(({ cause, evidence, follows }) => ({
      cause,
      follows: follows ?? null,
      evidence: Object.fromEntries(
        Object.entries(evidence).map(([name, value]) => [name, plainValue(value)]),
      ),
    })),
  };
}

function plainValue(value: string | number): string | number | null {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return null;
  return value > TIME_MIN ? formatUtc(value) : value;
}

function sumsRow(sums: Sums | undefined): Readonly<Record<string, unknown>> | null {
  if (!sums) return null;
  const { amount, value, fees, fills, firstBar, lastBar, isUncertain } = sums;
  return {
    amount: toText(amount),
    average_price: averageText(value, amount),
    fees: Object.fromEntries([...fees].map(([asset, fee]) => [asset, toText(fee)])),
    ...{ fills, first_bar: formatUtc(firstBar), last_bar: formatUtc(lastBar) },
    certain: !isUncertain,
  };
}

function textIf(value: Decimal | undefined): string | null {
  return value ? toText(value) : null;
}
