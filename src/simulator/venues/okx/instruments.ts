/** What is listed and what its currencies are: `public/instruments`, `asset/currencies`. */
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import type { Filters } from '../../engine/filters.ts';
import { notionalOf } from '../../engine/types.ts';
import { averageTicks } from '../../market/averages.ts';
import type { Market } from '../../market/market.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { badParameter } from './errors.ts';
import type { Params } from './params.ts';
import { amountText, instIdOf, lotsText, priceText, timeText } from './text.ts';

const PPM = 1_000_000;

const INSTRUMENT_TYPES = ['SPOT', 'MARGIN', 'SWAP', 'FUTURES', 'OPTION', 'EVENTS'] as const;

/** When everything was listed: long before any past that is kept. 2019-01-01. */
const LIST_TIME = String(Date.UTC(2019, 0));

const UNIT = 10n ** BigInt(ASSET_DECIMALS);

/**
 * OKX's usual bounds: base units of a limit order, quote units of a limit and of a market order. OKX's own limits of open orders
 * (500 on an instrument, by its documentation) are far off and only in force where they are set.
 */
export const OKX_FILTERS: Partial<Filters> = {
  maxSize: 9_999_999_999n * UNIT,
  maxNotional: 20_000_000n * UNIT,
  marketMaxNotional: 1_000_000n * UNIT,
};

/**
 * Whether the `instType` sent is the one type there is. The others exist and have nothing listed.
 * @throws OkxError 50014, 51000.
 */
export function isSpotAsked(params: Params): boolean {
  params.required('instType');
  return params.word('instType', INSTRUMENT_TYPES) === 'SPOT';
}

/** Like {@link isSpotAsked} where the type may be left out. */
export function isSpotIncluded(params: Params): boolean {
  return (params.word('instType', INSTRUMENT_TYPES) ?? 'SPOT') === 'SPOT';
}

/** `public/instruments`: all, or the one of `instId`. @throws OkxError 50014, 51000, 51001. */
export function instruments({ directory }: OkxContext, params: Params): Json {
  if (!isSpotAsked(params)) return [];
  const one = directory.filterOf(params);
  const markets = one === undefined ? directory.all() : [one];
  return markets.map((market) => instrumentRow(market, directory.codeOf(market.instrument)));
}

function instrumentRow(market: Market, code: number): JsonObject {
  const { instrument, book } = market;
  const limitMax = boundText(instrument.maxSize);
  const marketMax = boundText(instrument.marketMaxNotional);
  return {
    alias: '',
    auctionEndTime: '',
    baseCcy: instrument.base,
    category: '1',
    contTdSwTime: '',
    ctMult: '',
    ctType: '',
    ctVal: '',
    ctValCcy: '',
    expTime: '',
    futureSettlement: false,
    groupId: '1',
    instFamily: '',
    instId: instIdOf(instrument),
    instIdCode: code,
    instType: 'SPOT',
    lever: '',
    listTime: LIST_TIME,
    lotSz: lotsText(instrument, instrument.lotStep),
    maxIcebergSz: limitMax,
    maxLmtAmt: boundText(instrument.maxNotional),
    maxLmtSz: limitMax,
    maxMktAmt: marketMax,
    maxMktSz: marketMax,
    maxStopSz: marketMax,
    maxTriggerSz: limitMax,
    maxTwapSz: limitMax,
    minSz: lotsText(instrument, minLotsOf(market)),
    openType: 'call_auction',
    optType: '',
    quoteCcy: instrument.quote,
    ruleType: 'normal',
    settleCcy: '',
    state: book.status === 'TRADING' ? 'live' : 'suspend',
    stk: '',
    tickSz: priceText(instrument, instrument.tickStep),
    tradeQuoteCcyList: [instrument.quote],
    uly: '',
    upcChg: [],
  };
}

/** A bound as OKX writes it; where there is none, more than anybody has. */
function boundText(atoms: bigint): string {
  return atoms === 0n ? '99999999999999' : amountText(atoms);
}

/** The smallest quantity there is, the smallest that is set, and that is worth the smallest notional at the last price. */
function minLotsOf({ instrument, lastOrderTicks }: Market): number {
  const { minNotional, minSize, lotStep, lotAtoms } = instrument;
  const stepValue = notionalOf(instrument, lastOrderTicks, lotStep);
  const steps = stepValue === 0n ? 1n : (minNotional + stepValue - 1n) / stepValue;
  const leastSteps = (minSize + BigInt(lotAtoms * lotStep) - 1n) / BigInt(lotAtoms * lotStep);
  return Math.max(1, Number(steps), Number(leastSteps)) * lotStep;
}

/**
 * `public/price-limit`: the highest price of a buy and the lowest of a sell, where there is a band. OKX takes them around an
 * index and the mark price; here they lie around the average price. @throws OkxError 50014, 51001.
 */
export function priceLimit({ directory, world }: OkxContext, params: Params): Json {
  const market = directory.of(params);
  const { instrument } = market;
  const band = instrument.priceBand;
  const limit = (ppm = 0): string =>
    ppm === 0 ? '' : priceText(instrument, Math.floor((averageTicks(market) * ppm) / PPM));
  return [
    {
      instType: 'SPOT',
      instId: instIdOf(instrument),
      buyLmt: limit(band?.bidUpPpm),
      sellLmt: limit(band?.askDownPpm),
      ts: timeText(world.nowMs),
      enabled: band !== undefined,
    },
  ];
}

/** One chain per currency; nothing goes in or out. */
export function currencies({ world }: OkxContext, params: Params): Json {
  const wanted = currenciesAsked(params);
  const known = new Set(world.instruments.flatMap(({ base, quote }) => [base, quote]));
  return [...known]
    .filter((ccy) => wanted === undefined || wanted.has(ccy))
    .map((ccy) => ({
      canDep: false,
      canInternal: false,
      canWd: false,
      ccy,
      chain: `${ccy}-Simulated`,
      depQuotaFixed: '',
      fee: '0',
      logoLink: '',
      mainNet: true,
      maxFee: '0',
      maxWd: '0',
      minDep: '0',
      minFee: '0',
      minWd: '0',
      name: ccy,
      usedWdQuota: '0',
      wdQuota: '0',
      wdTickSz: '8',
    }));
}

/** The currencies that `ccy=BTC,ETH` names; undefined for all. @throws OkxError 51000 for more than 20. */
export function currenciesAsked(params: Params): ReadonlySet<string> | undefined {
  const names = params.text('ccy')?.split(',');
  if (names !== undefined && names.length > 20) throw badParameter('ccy');
  return names === undefined ? undefined : new Set(names);
}
