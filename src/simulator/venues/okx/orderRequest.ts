/** Reads one order of `trade/order` into an engine request: mandatory parameters per type, then the instrument's grid. */
import { ASSET_DECIMALS, parseScaled } from '../../engine/amounts.ts';
import type { Instrument, OrderRequest, Side } from '../../engine/types.ts';
import { readClientId } from './clientIds.ts';
import {
  badParameter,
  belowMinimum,
  exceedsMaximum,
  missingParameter,
  noLimitPrice,
  offLot,
  offTick,
  wrongMode,
} from './errors.ts';
import type { Params } from './params.ts';

const ORDER_TYPES = ['market', 'limit', 'post_only', 'fok', 'ioc'] as const;
const TRADE_MODES = ['cash', 'cross', 'isolated', 'spot_isolated'] as const;

/** Whose order it is and where it goes. */
export interface OrderContext {
  readonly instrument: Instrument;
  readonly accountId: string;
  /** Used when the request brings none. */
  readonly defaultClientId: string;
}

/** @throws OkxError 50014, 51000, 51005, 51010, 51020, 51121, 51150, 51202, 51204. */
export function readOrderRequest(params: Params, context: OrderContext): OrderRequest {
  const { instrument } = context;
  if (requiredWord(params, 'tdMode', TRADE_MODES) !== 'cash') throw wrongMode();
  const side = readSide(params);
  const ordType = requiredWord(params, 'ordType', ORDER_TYPES);
  const base = {
    accountId: context.accountId,
    instrumentId: instrument.id,
    side,
    clientOrderId: readClientId(params) ?? context.defaultClientId,
  };
  if (ordType === 'market') return { ...base, ...readMarketSize(params, instrument, side) };
  return {
    ...base,
    type: ordType === 'post_only' ? 'LIMIT_MAKER' : 'LIMIT',
    timeInForce: ordType === 'ioc' ? 'IOC' : ordType === 'fok' ? 'FOK' : 'GTC',
    ticks: readLimitPrice(params, instrument),
    lots: readLots(params, instrument),
    quoteBudget: 0n,
    ...(ordType === 'post_only' && { isExpiredIfTaking: true }),
  };
}

/** @throws OkxError 50014, 51000. */
export function readSide(params: Params): Side {
  return requiredWord(params, 'side', ['buy', 'sell'] as const) === 'buy' ? 'BUY' : 'SELL';
}

function requiredWord<W extends string>(params: Params, name: string, words: readonly W[]): W {
  const word = params.word(name, words);
  if (word === undefined) throw missingParameter(name);
  return word;
}

/** `sz` in base or quote currency as `tgtCcy` says; without it a buy is in quote currency, a sell in base. */
function readMarketSize(
  params: Params,
  instrument: Instrument,
  side: Side,
): Pick<OrderRequest, 'type' | 'timeInForce' | 'ticks' | 'lots' | 'quoteBudget'> {
  const fallback = side === 'BUY' ? 'quote_ccy' : 'base_ccy';
  const target = params.word('tgtCcy', ['base_ccy', 'quote_ccy'] as const) ?? fallback;
  const market = { type: 'MARKET', timeInForce: 'GTC', ticks: 0 } as const;
  if (target === 'base_ccy')
    return { ...market, lots: readLots(params, instrument), quoteBudget: 0n };
  const quoteBudget = parseScaled(params.required('sz'), ASSET_DECIMALS);
  if (typeof quoteBudget !== 'bigint') throw badParameter('sz');
  if (quoteBudget === 0n) throw belowMinimum();
  return { ...market, lots: 0, quoteBudget };
}

function readLimitPrice(params: Params, instrument: Instrument): number {
  if (params.text('px') === undefined) throw noLimitPrice();
  return readTicks(params, 'px', instrument);
}

/** A price on the instrument's grid. @throws OkxError 50014, 51000, 51150. */
export function readTicks(params: Params, name: string, instrument: Instrument): number {
  const ticks = parseScaled(params.required(name), instrument.priceDecimals);
  if (ticks === 'TOO_PRECISE') throw offTick();
  const number = Number(ticks ?? 0n);
  if (number <= 0 || !Number.isSafeInteger(number)) throw badParameter(name);
  if (number % instrument.tickStep !== 0) throw offTick();
  return number;
}

/** A size in base currency on the instrument's grid. @throws OkxError 50014, 51000, 51005, 51020, 51121. */
export function readLots(
  params: Params,
  { lotDecimals, lotStep }: Instrument,
  name = 'sz',
): number {
  const lots = parseScaled(params.required(name), lotDecimals);
  if (lots === undefined) throw badParameter(name);
  if (lots === 'TOO_PRECISE') throw offLot();
  if (lots === 0n) throw belowMinimum();
  if (lots > BigInt(Number.MAX_SAFE_INTEGER)) throw exceedsMaximum();
  if (lots % BigInt(lotStep) !== 0n) throw offLot();
  return Number(lots);
}
