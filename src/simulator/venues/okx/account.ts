/** Questions about the account: balances, configuration, fee rates. */
import type { Account, Balance } from '../../engine/account.ts';
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import { hashText } from '../../../core/domain/random.ts';
import type { World } from '../../market/world.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { currenciesAsked, isSpotAsked } from './instruments.ts';
import type { Params } from './params.ts';
import { feeRateText } from './queries.ts';
import { amountText, timeText } from './text.ts';

/** Decimals of values in USD, which are estimates. */
const USD_DECIMALS = 8;

/** `account/balance`: of the currencies in `ccy`, or of all. @throws OkxError 51000 for more than 20. */
export function balance({ world }: OkxContext, params: Params, account: Account): Json {
  return [balanceRow(world, account, currenciesAsked(params))];
}

/** The account in spot mode: what does not apply to it is empty. Only currencies that are not zero are shown. */
export function balanceRow(
  world: World,
  account: Account,
  currencies: ReadonlySet<string> | undefined,
): JsonObject {
  const uTime = timeText(world.nowMs);
  const held = [...account.balances].filter(([, { free, locked }]) => free + locked !== 0n);
  const totalEq = held.reduce((sum, [ccy, held]) => sum + usdOf(world, ccy, held), 0);
  return {
    adjEq: '',
    availEq: '',
    borrowFroz: '',
    delta: '',
    deltaLever: '',
    deltaNeutralStatus: '',
    details: held
      .filter(([ccy]) => currencies === undefined || currencies.has(ccy))
      .map(([ccy, held]) => detailRow(ccy, held, { eqUsd: usdOf(world, ccy, held), uTime })),
    imr: '',
    isoEq: '',
    mgnRatio: '',
    mmr: '',
    notionalUsd: '',
    notionalUsdForBorrow: '',
    notionalUsdForFutures: '',
    notionalUsdForOption: '',
    notionalUsdForSwap: '',
    ordFroz: '',
    totalEq: usdText(totalEq),
    uTime,
    upl: '',
  };
}

function detailRow(
  ccy: string,
  { free, locked }: Balance,
  about: { eqUsd: number; uTime: string },
): JsonObject {
  const equity = amountText(free + locked);
  const frozen = amountText(locked);
  return {
    accAvgPx: '',
    availBal: amountText(free),
    availEq: '',
    borrowFroz: '',
    cashBal: equity,
    ccy,
    clSpotInUseAmt: '',
    colBorrAutoConversion: '0',
    colRes: '0',
    collateralEnabled: false,
    collateralRestrict: false,
    crossLiab: '',
    disEq: '',
    eq: equity,
    eqUsd: usdText(about.eqUsd),
    fixedBal: '0',
    frozenBal: frozen,
    frpType: '0',
    imr: '',
    interest: '',
    isoEq: '',
    isoLiab: '',
    isoUpl: '',
    liab: '',
    maxLoan: '',
    maxSpotInUse: '',
    mgnRatio: '',
    mmr: '',
    notionalLever: '',
    openAvgPx: '',
    ordFrozen: frozen,
    rewardBal: '0',
    smtSyncEq: '0',
    spotBal: '',
    spotCopyTradingEq: '0',
    spotInUseAmt: '',
    spotIsoBal: '0',
    spotUpl: '',
    spotUplRatio: '',
    stgyEq: '0',
    totalPnl: '',
    totalPnlRatio: '',
    twap: '0',
    uTime: about.uTime,
    upl: '',
    uplLiab: '',
  };
}

/** An estimate: the quote currencies count as dollars, any other at its last price. */
function usdOf(world: World, ccy: string, { free, locked }: Balance): number {
  const amount = Number(free + locked) / 10 ** ASSET_DECIMALS;
  const market = [...world.markets.values()].find(({ instrument }) => instrument.base === ccy);
  if (market === undefined) return amount;
  return (amount * market.lastTicks) / 10 ** market.grid.priceDecimals;
}

function usdText(value: number): string {
  return value.toFixed(USD_DECIMALS).replace(/\.?0+$/, '');
}

/** The user id that OKX would call an account by. */
export function uidOf(account: Account): string {
  return String(100_000_000_000 + hashText(account.id));
}

/** `account/config`: a spot account, and what its key may do. */
export function config({ conditions }: OkxContext, _params: Params, account: Account): Json {
  const uid = uidOf(account);
  return [
    {
      acctLv: '1',
      acctStpMode: 'cancel_maker',
      autoLoan: false,
      ctIsoMode: 'automatic',
      enableSpotBorrow: false,
      greeksType: 'PA',
      ip: '',
      kycLv: '3',
      label: account.id,
      level: 'Lv1',
      levelTmp: '',
      liquidationGear: '-1',
      mainUid: uid,
      mgnIsoMode: 'automatic',
      opAuth: '0',
      perm: conditions.keyOf(account.id) === 'read-only' ? 'read_only' : 'read_only,trade',
      posMode: 'net_mode',
      roleType: '0',
      spotBorrowAutoRepay: false,
      spotOffsetType: '',
      spotRoleType: '0',
      spotTraderInsts: [],
      traderInsts: [],
      type: '0',
      uid,
    },
  ];
}

/** `account/trade-fee`: one tier for all instruments. @throws OkxError 50014, 51000, 51001. */
export function tradeFee({ directory, world }: OkxContext, params: Params, account: Account): Json {
  if (!isSpotAsked(params)) return [];
  directory.filterOf(params);
  const maker = feeRateText(account, true);
  const taker = feeRateText(account, false);
  return [
    {
      category: '1',
      delivery: '',
      exercise: '',
      feeGroup: [{ elpMaker: '', groupId: '1', maker, taker }],
      fiat: [],
      instType: 'SPOT',
      level: 'Lv1',
      maker,
      makerU: '',
      makerUSDC: maker,
      ruleType: 'normal',
      taker,
      takerU: '',
      takerUSDC: taker,
      ts: timeText(world.nowMs),
    },
  ];
}
