/** Signed endpoints that tell of the account as a whole: balances, fee rates, rights of the key, order counts. */
import type { Account } from '../../engine/account.ts';
import { ASSET_DECIMALS, formatAtoms } from '../../engine/amounts.ts';
import type { Instrument } from '../../engine/types.ts';
import type { World } from '../../market/world.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { marketOf, marketsOf } from './requests.ts';

const ZERO = formatAtoms(0n);

function rates(world: World): { maker: string; taker: string } {
  const text = (rate: string): string => Number(rate).toFixed(ASSET_DECIMALS);
  return { maker: text(world.fees.maker), taker: text(world.fees.taker) };
}

/** `GET /api/v3/account`. */
export function accountInfo(context: RestContext, params: Params, account: Account): Json {
  const { world, conditions } = context;
  const { maker, taker } = rates(world);
  const isShort = params.flag('omitZeroBalances');
  const balances = [...account.balances]
    .filter(([, { free, locked }]) => !isShort || free > 0n || locked > 0n)
    .map(([asset, { free, locked }]) => ({
      asset,
      free: formatAtoms(free),
      locked: formatAtoms(locked),
    }));
  return {
    makerCommission: Math.round(Number(maker) * 10_000),
    takerCommission: Math.round(Number(taker) * 10_000),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker, taker, buyer: ZERO, seller: ZERO },
    canTrade: conditions.keyOf(account.id) === 'ok',
    canWithdraw: false,
    canDeposit: false,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: world.nowMs,
    accountType: 'SPOT',
    balances,
    permissions: ['SPOT'],
    uid: 1,
  };
}

/** `GET /api/v3/account/commission`. @throws BinanceError −1102, −1121. */
export function commission(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const none = { maker: ZERO, taker: ZERO, buyer: ZERO, seller: ZERO };
  return {
    symbol: market.instrument.id,
    standardCommission: { ...none, ...rates(context.world) },
    specialCommission: none,
    taxCommission: none,
    discount: feeDiscount(account, market.instrument),
  };
}

/** Whether an account pays its fees on an instrument in an asset of its own, and what that leaves of its rates. */
export function feeDiscount({ feeAsset }: Account, { quote }: Instrument): JsonObject {
  const isEnabled = feeAsset !== undefined;
  const rest = 1 - Number(feeAsset?.discountPpm ?? 1_000_000n) / 1_000_000;
  return {
    enabledForAccount: isEnabled,
    enabledForSymbol: isEnabled && feeAsset.prices.has(quote),
    discountAsset: feeAsset?.asset ?? 'BNB',
    discount: rest.toFixed(8),
  };
}

/** `GET /sapi/v1/asset/tradeFee`. */
export function tradeFees(context: RestContext, params: Params): Json {
  const { markets } = marketsOf(context, params);
  const { maker, taker } = rates(context.world);
  return markets.map((market) => ({
    symbol: market.instrument.id,
    makerCommission: maker,
    takerCommission: taker,
  }));
}

/** `GET /sapi/v1/account/apiRestrictions`: what the key may do. Play money cannot be withdrawn. */
export function apiRestrictions(context: RestContext, _params: Params, account: Account): Json {
  return {
    ipRestrict: false,
    createTime: 0,
    enableReading: true,
    enableSpotAndMarginTrading: context.conditions.keyOf(account.id) === 'ok',
    enableWithdrawals: false,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enablePortfolioMarginTrading: false,
  };
}

/** `GET /sapi/v1/capital/config/getall`: assets of all listed pairs; without networks, since nothing moves in or out. */
export function assets({ world }: RestContext, _params: Params, account: Account): Json {
  const names = new Set(world.instruments.flatMap(({ base, quote }) => [base, quote]));
  return [...names].map((coin) => {
    const balance = account.balances.get(coin);
    return {
      coin,
      name: coin,
      free: formatAtoms(balance?.free ?? 0n),
      locked: formatAtoms(balance?.locked ?? 0n),
      freeze: '0',
      withdrawing: '0',
      ipoing: '0',
      ipoable: '0',
      storage: '0',
      isLegalMoney: false,
      trading: true,
      depositAllEnable: false,
      withdrawAllEnable: false,
      networkList: [],
    };
  });
}

/** `GET /api/v3/rateLimit/order`. */
export function orderUsage({ limits }: RestContext, _params: Params, account: Account): Json {
  return limits.orderUsage(account.id);
}

/** `GET /sapi/v1/system/status`; under maintenance nothing answers at all. */
export function systemStatus(): Json {
  return { status: 0, msg: 'normal' };
}
