/** What `plimsoll sim` was asked for, as the simulated exchange takes it; everything that is wrong is said with what to write instead. */
import { statSync } from 'node:fs';
import { nearestWord } from '../core/domain/nearest.ts';
import { makeFolder } from '../simulator/folder.ts';
import { LATENCY_PROFILES, type LatencyName } from '../simulator/latency.ts';
import { isRegime, REGIMES } from '../simulator/market/regimes.ts';
import type { SimulatorOptions } from '../simulator/options.ts';
import { VENUES, type VenueName } from '../simulator/venues/registry.ts';

type MarketOptions = Pick<SimulatorOptions, 'regime' | 'replay'>;

const isOneOf = <Name extends string>(
  text: string,
  names: Readonly<Record<Name, unknown>>,
): text is Name => Object.hasOwn(names, text);

export function venueOf(text: string): VenueName {
  if (isOneOf(text, VENUES)) return text;
  throw unknown('--venue', text, Object.keys(VENUES));
}

export function latencyOf(text: string): LatencyName {
  if (isOneOf(text, LATENCY_PROFILES)) return text;
  throw unknown('--latency', text, Object.keys(LATENCY_PROFILES));
}

/** One regime, or recorded files, each as it is or as `BTC/USDT=FILE`. */
export function marketOf(words: readonly string[], isStrict: boolean): MarketOptions {
  const [first = ''] = words;
  if (words.length === 1 && isRegime(first)) return { regime: first };
  const files = words.map((word) => {
    const { symbol, file = word } =
      /^(?<symbol>[\w-]+\/[\w-]+)=(?<file>.+)$/u.exec(word)?.groups ?? {};
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) throw absent(file, symbol !== undefined);
    if (found.isDirectory())
      throw new Error(`USAGE: --market ${word}: this is a folder; name the recorded files in it`);
    return { file, ...(symbol !== undefined && { symbol }) };
  });
  return { replay: { files, isStrict } };
}

/** A word that is no file: a regime misspelt, a regime among files, or a file that is not there. */
function absent(word: string, isFile: boolean): Error {
  if (isRegime(word))
    return new Error(`USAGE: --market ${word}: expected one regime alone, or recorded files`);
  if (isFile) return new Error(`USAGE: --market ${word}: the file does not exist`);
  return unknown('--market', word, REGIMES, ', or recorded files that exist');
}

/** A folder for the world, made when it is not there. */
export function stateOf(folder: string): string {
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    throw new Error(`USAGE: --state ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

function unknown(option: string, word: string, known: readonly string[], more = ''): Error {
  const nearest = nearestWord(word, known);
  const guess = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return new Error(`USAGE: ${option} ${word}: expected ${known.join(', ')}${more}${guess}`);
}
