/** Histories from candle files: which file is of which market. */
import { readCandleFile } from '../adapters/history/candleFile.ts';
import { marketSymbol, type MarketSymbol } from '../core/domain/ids.ts';
import {
  historyOf,
  type DataChoice,
  type MarketHistory,
  type NamedBars,
  type Traded,
} from './backtestHistory.ts';

const NAMED = /^([A-Za-z0-9]{1,20}\/[A-Za-z0-9]{1,20})=(.+)$/u;

interface Assigned {
  readonly symbol: MarketSymbol;
  readonly bars: NamedBars;
}

/** @throws Error `DATA_…` naming the market or the file. */
export function fileHistories(
  symbols: readonly MarketSymbol[],
  specs: readonly Traded[],
  choice: DataChoice,
): MarketHistory[] {
  const found = choice.files.map((text) => {
    const [, named, path = text] = NAMED.exec(text) ?? [];
    const bars = { ...readCandleFile(path), name: path };
    return named === undefined ? matched(bars, specs, symbols) : given(named, bars, symbols);
  });
  return symbols.map((symbol) => {
    const own = found.filter((each) => each.symbol === symbol).map(({ bars }) => bars);
    return fileHistory(symbol, own, specs, choice);
  });
}

function given(named: string, bars: NamedBars, symbols: readonly MarketSymbol[]): Assigned {
  const symbol = symbols.find((each) => each === marketSymbol(named));
  if (symbol !== undefined) return { symbol, bars };
  throw new Error(`DATA_INVALID: ${bars.name} is given for ${named}, which no strategy trades`);
}

/** By what the file tells; one that tells nothing is of the only market there is. */
function matched(
  bars: NamedBars,
  specs: readonly Traded[],
  symbols: readonly MarketSymbol[],
): Assigned {
  const { market, name } = bars;
  const only = symbols.length === 1 ? symbols[0] : undefined;
  const symbol =
    market === undefined ? only : symbols.find((each) => each.replace('/', '') === market);
  if (symbol !== undefined) return { symbol, bars };
  throw new Error(`DATA_INVALID: ${mismatch({ market, name, only, specs })}`);
}

function mismatch(about: {
  readonly market: string | undefined;
  readonly name: string;
  readonly only: MarketSymbol | undefined;
  readonly specs: readonly Traded[];
}): string {
  const { market, name, only, specs } = about;
  if (market === undefined)
    return `${name}: neither its name nor its rows tell the market; write BASE/QUOTE=${name}`;
  if (only === undefined) return `${name} holds ${market}, which no strategy trades`;
  return `${name} holds ${market}, and ${specs[0]?.id ?? ''} trades ${only}; to run it on that market, name it: --symbol BASE/QUOTE`;
}

function fileHistory(
  symbol: MarketSymbol,
  own: readonly NamedBars[],
  specs: readonly Traded[],
  { detail: wanted }: DataChoice,
): MarketHistory {
  const detail = own.find(({ timeframe }) => timeframe === wanted);
  const rest = own.filter((bars) => bars !== detail);
  const [bars, second] = rest;
  if (!bars && !detail) {
    const who = specs.find((spec) => spec.symbol === symbol)?.id ?? '';
    throw new Error(`DATA_MISSING: no file has ${symbol}, which ${who} trades`);
  }
  if (second)
    throw new Error(
      `DATA_INVALID: ${bars?.name ?? ''} and ${second.name} are both of ${symbol}; --detail takes the finer one for fills and guards`,
    );
  if (wanted !== undefined && !detail)
    throw new Error(`DATA_MISSING: no file has ${symbol} in bars of ${wanted}`);
  return historyOf(symbol, bars, detail);
}
