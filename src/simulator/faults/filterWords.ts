/** Filters as the control API has them: decimals in units of the assets, checked against a market's grid. */
import type { SymbolFilters } from './conditionsSchema.ts';
import { ASSET_DECIMALS, formatScaled, parseScaled } from '../engine/amounts.ts';
import type { Filters, PriceBand } from '../engine/filters.ts';
import type { Instrument } from '../engine/types.ts';

const PPM = 1_000_000;

/** What a decimal is counted in: atoms, or the grid's own units, and whether 0 (no such rule) is one of its values. */
interface Unit {
  readonly field: keyof Filters;
  readonly decimals: (instrument: Instrument) => number;
  readonly isInAtoms: boolean;
  readonly isZeroAllowed: boolean;
}

const priceGrid = ({ priceDecimals }: Instrument): number => priceDecimals;
const lotGrid = ({ lotDecimals }: Instrument): number => lotDecimals;
const atoms = (field: keyof Filters): Unit => ({
  field,
  decimals: () => ASSET_DECIMALS,
  isInAtoms: true,
  isZeroAllowed: true,
});

const DECIMALS = {
  minNotional: { ...atoms('minNotional'), isZeroAllowed: false },
  tickSize: { field: 'tickStep', decimals: priceGrid, isInAtoms: false, isZeroAllowed: false },
  stepSize: { field: 'lotStep', decimals: lotGrid, isInAtoms: false, isZeroAllowed: false },
  minPrice: atoms('minPrice'),
  maxPrice: atoms('maxPrice'),
  minAmount: atoms('minSize'),
  maxAmount: atoms('maxSize'),
  marketMinAmount: atoms('marketMinSize'),
  marketMaxAmount: atoms('marketMaxSize'),
  marketStepSize: {
    field: 'marketLotStep',
    decimals: lotGrid,
    isInAtoms: false,
    isZeroAllowed: true,
  },
  maxNotional: atoms('maxNotional'),
  marketMaxNotional: atoms('marketMaxNotional'),
  maxPosition: atoms('maxPosition'),
} as const satisfies Partial<Record<keyof SymbolFilters, Unit>>;

/** Fields whose value is the filter itself. */
const PLAIN = {
  minNotionalAtMarket: 'isMinNotionalAtMarket',
  maxNotionalAtMarket: 'isMaxNotionalAtMarket',
  averageMinutes: 'averageMinutes',
  maxOrders: 'maxOrders',
  maxAlgoOrders: 'maxAlgoOrders',
  maxOrderLists: 'maxOrderLists',
  maxIcebergOrders: 'maxIcebergOrders',
  maxIcebergParts: 'maxIcebergParts',
} as const satisfies Partial<Record<keyof SymbolFilters, keyof Filters>>;

type DecimalName = keyof typeof DECIMALS;
const DECIMAL_NAMES = Object.keys(DECIMALS) as DecimalName[];
const PLAIN_NAMES = Object.keys(PLAIN) as (keyof typeof PLAIN)[];

/** The fields that are not on a market's grid, each with what was expected. */
export function filterProblems(
  instrument: Instrument,
  filters: SymbolFilters,
): readonly { readonly field: DecimalName; readonly problem: string }[] {
  return DECIMAL_NAMES.flatMap((field) => {
    const text = filters[field];
    if (text === undefined || unitsOf(instrument, field, text) !== undefined) return [];
    const { decimals, isZeroAllowed } = DECIMALS[field];
    const grid = formatScaled(1, decimals(instrument));
    return [{ field, problem: `expected a multiple of ${grid}${isZeroAllowed ? '' : ' above 0'}` }];
  });
}

/** The filters that a document names, in the engine's units. */
export function filtersOf(instrument: Instrument, words: SymbolFilters): Partial<Filters> {
  const filters: Partial<Record<keyof Filters, unknown>> = {};
  for (const name of DECIMAL_NAMES) {
    const units = unitsOf(instrument, name, words[name] ?? '');
    if (units === undefined) continue;
    const { field, isInAtoms } = DECIMALS[name];
    filters[field] = isInAtoms ? units : Number(units);
  }
  for (const name of PLAIN_NAMES) {
    if (words[name] !== undefined) filters[PLAIN[name]] = words[name];
  }
  const band = bandOf(words);
  if (band !== undefined) filters.priceBand = band ?? undefined;
  return filters as Partial<Filters>;
}

/** A market's filters in the words that {@link filtersOf} reads. */
export function filterWords(instrument: Instrument): SymbolFilters {
  const decimals = DECIMAL_NAMES.map((name) => {
    const { field, decimals: grid } = DECIMALS[name];
    return [name, formatScaled(instrument[field] as bigint | number, grid(instrument))];
  });
  const plain = PLAIN_NAMES.map((name) => [name, instrument[PLAIN[name]]]);
  return {
    ...(Object.fromEntries([...decimals, ...plain]) as SymbolFilters),
    ...bandWords(instrument.priceBand),
  };
}

function unitsOf(instrument: Instrument, name: DecimalName, text: string): bigint | undefined {
  const { decimals, isZeroAllowed } = DECIMALS[name];
  const units = parseScaled(text, decimals(instrument));
  if (typeof units !== 'bigint') return undefined;
  return units > 0n || isZeroAllowed ? units : undefined;
}

/** A band that replaces the one there is; null for none, undefined when nothing is said of it. */
function bandOf({ percentPrice, percentPriceBySide }: SymbolFilters): PriceBand | null | undefined {
  const ppm = (part: number): number => Math.round(part * PPM);
  if (percentPriceBySide) {
    const { bidUp, bidDown, askUp, askDown } = percentPriceBySide;
    return {
      isBySide: true,
      bidUpPpm: ppm(bidUp),
      bidDownPpm: ppm(bidDown),
      askUpPpm: ppm(askUp),
      askDownPpm: ppm(askDown),
    };
  }
  if (percentPrice) {
    const [up, down] = [ppm(percentPrice.up), ppm(percentPrice.down)];
    return { isBySide: false, bidUpPpm: up, bidDownPpm: down, askUpPpm: up, askDownPpm: down };
  }
  return percentPrice === null || percentPriceBySide === null ? null : undefined;
}

function bandWords(
  band: PriceBand | undefined,
): Pick<SymbolFilters, 'percentPrice' | 'percentPriceBySide'> {
  if (band === undefined) return { percentPrice: null, percentPriceBySide: null };
  const { isBySide, bidUpPpm, bidDownPpm, askUpPpm, askDownPpm } = band;
  if (!isBySide)
    return {
      percentPrice: { up: bidUpPpm / PPM, down: bidDownPpm / PPM },
      percentPriceBySide: null,
    };
  const percentPriceBySide = {
    bidUp: bidUpPpm / PPM,
    bidDown: bidDownPpm / PPM,
    askUp: askUpPpm / PPM,
    askDown: askDownPpm / PPM,
  };
  return { percentPrice: null, percentPriceBySide };
}
