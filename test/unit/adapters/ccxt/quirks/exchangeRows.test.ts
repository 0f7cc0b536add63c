/**
 * Rows as the exchanges' documentation shows them, read by ccxt and then by us: orders that somebody made by hand, and what own
 * trades were charged.
 */
import { describe, expect, it } from '@jest/globals';
import { loadExchangeClass } from '../../../../../src/adapters/ccxt/load.ts';
import { quirksOf } from '../../../../../src/adapters/ccxt/quirks/registry.ts';
import { field } from '../../../../../src/adapters/ccxt/values.ts';
import { readFill, readOrder } from '../../../../../src/adapters/ccxt/reports.ts';
import { toText } from '../../../../../src/core/domain/decimal.ts';
import { feesOf } from '../../../../../src/core/domain/fill.ts';
import { marketSymbol } from '../../../../../src/core/domain/ids.ts';

const ETH = marketSymbol('ETH/USDT');

/** The market as ccxt knows it, under the exchange's own name. */
const MARKETS: Readonly<Record<string, string>> = {
  bybit: 'ETHUSDT',
  okx: 'ETH-USDT',
  kraken: 'ETHUSDT',
  gate: 'ETH_USDT',
  kucoin: 'ETH-USDT',
  coinbase: 'ETH-USDT',
};

async function exchangeOf(id: string) {
  const exchange = new (await loadExchangeClass(id))({});
  exchange.number = String;
  const market = {
    id: MARKETS[id],
    symbol: ETH,
    base: 'ETH',
    quote: 'USDT',
    type: 'spot',
    spot: true,
    contract: false,
  };
  const setMarkets = field(exchange, 'setMarkets');
  if (typeof setMarkets === 'function') Reflect.apply(setMarkets, exchange, [[market]]);
  return { exchange, market };
}

async function orderOf(id: string, row: unknown) {
  const { exchange, market } = await exchangeOf(id);
  const idForm = quirksOf(id)?.rules.clientId.form ?? 'plain';
  return readOrder(exchange.parseOrder(row, market), { symbol: ETH, idForm, receivedAt: 1 });
}

async function chargedIn(id: string, row: unknown): Promise<readonly string[] | string> {
  const { exchange, market } = await exchangeOf(id);
  const reading = readFill(exchange.parseTrade(row, market), {
    symbol: ETH,
    readFees: quirksOf(id)?.readFees,
  });
  if (!('row' in reading)) return reading.problem;
  return feesOf(reading.row).map(({ asset, amount }) => `${toText(amount)} ${asset}`);
}

/** An open order that was made in the exchange's own window. */
const BY_HAND: Readonly<Record<string, unknown>> = {
  okx: {
    instId: 'ETH-USDT',
    instType: 'SPOT',
    ordId: '312269865356374016',
    clOrdId: '',
    tag: '',
    side: 'buy',
    ordType: 'limit',
    px: '2000',
    sz: '0.1',
    accFillSz: '0',
    avgPx: '',
    fillTime: '',
    state: 'live',
    tdMode: 'cash',
    feeCcy: '',
    fee: '0',
    cTime: '1597026383085',
    uTime: '1597026383085',
  },
  bybit: {
    symbol: 'ETHUSDT',
    orderId: '1666798627926730752',
    orderLinkId: '',
    side: 'Buy',
    orderType: 'Limit',
    price: '2000',
    qty: '0.1',
    orderStatus: 'New',
    avgPrice: '',
    leavesQty: '0.1',
    cumExecQty: '0',
    cumExecValue: '0',
    cumExecFee: '0',
    timeInForce: 'GTC',
    createdTime: '1684738540559',
    updatedTime: '1684738540561',
  },
  kraken: {
    id: 'OQCLML-BW3P3-BUCMWZ',
    refid: null,
    userref: null,
    cl_ord_id: null,
    status: 'open',
    opentm: 1616666559.8974,
    descr: { pair: 'ETHUSDT', type: 'buy', ordertype: 'limit', price: '2000', price2: '0' },
    vol: '0.10000000',
    vol_exec: '0.00000000',
    cost: '0.00000',
    fee: '0.00000',
    price: '0.00000',
    misc: '',
    oflags: 'fciq',
  },
  gate: {
    id: '12332324',
    text: '',
    create_time_ms: '1548000000123',
    update_time_ms: '1548000100123',
    currency_pair: 'ETH_USDT',
    status: 'open',
    type: 'limit',
    account: 'spot',
    side: 'buy',
    amount: '0.1',
    price: '2000',
    time_in_force: 'gtc',
    left: '0.1',
    filled_total: '0',
  },
  kucoin: {
    id: '67120bbef094e200070976f6',
    clientOid: '',
    symbol: 'ETH-USDT',
    opType: 'DEAL',
    type: 'limit',
    side: 'buy',
    price: '2000',
    size: '0.1',
    dealSize: '0',
    dealFunds: '0',
    fee: '0',
    feeCurrency: 'USDT',
    isActive: true,
    createdAt: 1729235902748,
  },
  coinbase: {
    order_id: '0000-000000-000000',
    product_id: 'ETH-USDT',
    client_order_id: '',
    side: 'BUY',
    status: 'OPEN',
    order_configuration: {
      limit_limit_gtc: { base_size: '0.1', limit_price: '2000', post_only: false },
    },
    filled_size: '0',
    average_filled_price: '0',
    total_fees: '0',
    filled_value: '0',
    created_time: '2021-05-31T09:59:59.000Z',
  },
};

it.each(Object.keys(BY_HAND))(
  'an order made by hand at %s is an order without an id of ours',
  async (id) => {
    const reading = await orderOf(id, BY_HAND[id]);
    if (!('row' in reading)) throw new Error(reading.problem);
    expect(reading.row.status).toBe('open');
    expect(reading.row.exchangeOrderId.length).toBeGreaterThan(0);
    expect(reading.row).not.toHaveProperty('clientOrderId');
  },
);

describe('what an own trade was charged', () => {
  const BYBIT = {
    symbol: 'ETHUSDT',
    orderId: '1666798627926730752',
    orderLinkId: '',
    side: 'Buy',
    orderType: 'Market',
    execId: '2100000000007764263',
    execPrice: '2000',
    execQty: '0.1',
    execValue: '200',
    execFee: '0.0031',
    feeRate: '0.001',
    feeCurrency: 'MNT',
    execType: 'Trade',
    execTime: '1672282722429',
    isMaker: false,
    seq: 4688002127,
  };

  it('at Bybit is in the currency of the raw row, and not guessed from the side', async () => {
    expect(await chargedIn('bybit', BYBIT)).toEqual(['0.0031 MNT']);
    const { feeCurrency: _word, ...streamed } = BYBIT;
    expect(await chargedIn('bybit', { ...streamed, feeCoin: 'MNT' })).toEqual(['0.0031 MNT']);
    expect(await chargedIn('bybit', { ...BYBIT, feeCurrency: 'ETH' })).toEqual(['0.0031 ETH']);
    expect(await chargedIn('bybit', { ...BYBIT, feeCurrency: '' })).toEqual(['0.0031 ETH']);
    expect(await chargedIn('bybit', { ...BYBIT, execFee: '0' })).toEqual([]);
    expect(await chargedIn('bybit', { ...BYBIT, execFee: '' })).toBe('no fee');
  });

  const GATE = {
    id: '1232893232',
    create_time: '1548000000',
    create_time_ms: '1548000000123.456',
    order_id: '4128442423',
    side: 'buy',
    role: 'maker',
    amount: '0.1',
    price: '2000',
    fee: '0.0002',
    fee_currency: 'ETH',
    point_fee: '0',
    gt_fee: '0',
    currency_pair: 'ETH_USDT',
  };

  it('at Gate is every fee that was taken: in the coin, in GT, in points, or in several', async () => {
    expect(await chargedIn('gate', GATE)).toEqual(['0.0002 ETH']);
    expect(await chargedIn('gate', { ...GATE, fee: '0', gt_fee: '0.0125' })).toEqual(['0.0125 GT']);
    expect(await chargedIn('gate', { ...GATE, fee: '0', point_fee: '0.4' })).toEqual([
      '0.4 GATEPOINT',
    ]);
    const all = { ...GATE, gt_fee: '0.0125', point_fee: '0.4' };
    expect(await chargedIn('gate', all)).toEqual(['0.0002 ETH', '0.0125 GT', '0.4 GATEPOINT']);
  });

  it('at OKX is positive when it was taken and negative when it was paid back', async () => {
    const row = {
      instType: 'SPOT',
      instId: 'ETH-USDT',
      tradeId: '134',
      ordId: '123445',
      clOrdId: '',
      fillPx: '2000',
      fillSz: '0.1',
      side: 'buy',
      execType: 'T',
      feeCcy: 'ETH',
      fee: '-0.0001',
      ts: '1597026383085',
    };
    expect(await chargedIn('okx', row)).toEqual(['0.0001 ETH']);
    expect(await chargedIn('okx', { ...row, fee: '0.00001', execType: 'M' })).toEqual([
      '-0.00001 ETH',
    ]);
  });

  it('at Kraken, KuCoin and Coinbase is what the row says', async () => {
    expect(
      await chargedIn('kraken', {
        id: 'THVRQM-33VKH-UCI7BS',
        ordertxid: 'OQCLML-BW3P3-BUCMWZ',
        pair: 'ETHUSDT',
        time: 1688667796.8802,
        type: 'buy',
        ordertype: 'limit',
        price: '2000.00000',
        cost: '200.00000',
        fee: '0.32000',
        vol: '0.10000000',
        maker: true,
      }),
    ).toEqual(['0.32 USDT']);
    expect(
      await chargedIn('kucoin', {
        id: 19814995255305,
        orderId: '6717422bd51c29000775ea03',
        tradeId: 11029373945659392,
        symbol: 'ETH-USDT',
        side: 'buy',
        liquidity: 'taker',
        type: 'limit',
        price: '2000',
        size: '0.1',
        funds: '200',
        fee: '0.02',
        feeRate: '0.001',
        feeCurrency: 'KCS',
        createdAt: 1729577515473,
      }),
    ).toEqual(['0.02 KCS']);
    expect(
      await chargedIn('coinbase', {
        entry_id: '22222-2222222-22222222',
        trade_id: '1111-11111-111111',
        order_id: '0000-000000-000000',
        trade_time: '2021-05-31T09:59:59.000Z',
        trade_type: 'FILL',
        price: '2000',
        size: '0.1',
        commission: '1.2',
        product_id: 'ETH-USDT',
        liquidity_indicator: 'TAKER',
        size_in_quote: false,
        side: 'BUY',
      }),
    ).toEqual(['1.2 USDT']);
  });
});
