/** What the checks of a strategy's history came to, for people. */
import type { LookAheadCheck, WarmUpCheck } from '../../../research/historyChecks.ts';
import { saidText } from '../../../research/truncation.ts';
import { numberText } from './dataText.ts';
import { utc } from './values.ts';

const LEAKS_SHOWN = 3;

export function lookAheadLines(found: LookAheadCheck): string[] {
  const { strategySays, signalsSay } = found;
  return [
    headline(found),
    ...leakLines('strategy', strategySays),
    ...(signalsSay ? leakLines('signals', signalsSay) : []),
  ];
}

function leakLines(
  what: string,
  { cuts, compared, leaks }: LookAheadCheck['strategySays'],
): string[] {
  const histories = `${numberText(cuts)} shorter histories`;
  if (leaks.length === 0)
    return [
      `${what}: no look-ahead; ${numberText(compared)} statements in ${histories} were the same`,
    ];
  const lines = [
    `${what}: LOOK-AHEAD; something else was said in ${numberText(leaks.length)} of ${histories}`,
  ];
  for (const { at, cutAt, withFuture, withoutFuture } of leaks.slice(0, LEAKS_SHOWN))
    lines.push(
      `  at ${utc(at)}, with what came after: ${saidText(withFuture)}`,
      `  with a history that ended at ${utc(cutAt)}: ${saidText(withoutFuture)}`,
    );
  return lines;
}

export function warmUpLines(found: WarmUpCheck): string[] {
  const { declared, fetched, isEnough, strategySays, signalsSay, deviationMax } = found;
  const allowed = `${percentText(deviationMax)} of a number's size`;
  return [
    headline(found),
    `${numberText(declared)} bars are declared, a daemon fetches ${numberText(fetched)}; compared with all of the past at ${strategySays.moments.length} moments`,
    ...lengthLines('strategy', strategySays),
    ...(signalsSay ? lengthLines('signals', signalsSay) : []),
    isEnough
      ? `enough: with ${numberText(fetched)} bars all decisions are the same, numbers within ${allowed}`
      : `NOT ENOUGH: with ${numberText(fetched)} bars decisions are others, or numbers differ by more than ${allowed}`,
  ];
}

function lengthLines(what: string, { lengths, moments }: WarmUpCheck['strategySays']): string[] {
  return lengths.map(({ bars, otherWords, deviation, number }) => {
    const others =
      otherWords === 0 ? 'the same' : `another one at ${otherWords} of ${moments.length}`;
    const numbers = number === '' ? '' : `, numbers within ${percentText(deviation)} (${number})`;
    return `  ${what} with ${numberText(bars)} bars: decision ${others}${numbers}`;
  });
}

function headline({
  strategy,
  symbol,
  timeframe,
  bars,
  from,
  to,
}: LookAheadCheck | WarmUpCheck): string {
  return `${strategy} on ${symbol}, ${numberText(bars)} bars of ${timeframe} from ${utc(from)} to ${utc(to)}`;
}

function percentText(share: number): string {
  return Number.isFinite(share) ? `${Number((share * 100).toPrecision(2))}%` : 'no bound';
}
