/** What is the matter with the exchange as a whole, as documents say it. Strict: an unknown field is an error. */
import { z } from 'zod';
import { LATENCY_PROFILES, LEGS } from '../latency.ts';
import type { LatencyName } from '../latency.ts';

const DAY_MS = 86_400_000;
/** An amount or a price in units of its asset. */
export const decimal = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/, {
  error: 'expected a decimal in quotes, such as "0.01"',
});

const delaySchema = z.strictObject({
  medianMs: z.number().min(0).max(60_000).describe('median in milliseconds'),
  sigma: z
    .number()
    .min(0)
    .max(3)
    .default(0)
    .describe('standard deviation of the logarithm; 0: always the median'),
  tail: z
    .strictObject({
      probability: z.number().min(0).max(1),
      factor: z.number().min(1).max(1_000),
    })
    .optional()
    .describe('with this probability it takes `factor` times as long'),
});

const legs = Object.fromEntries(LEGS.map((leg) => [leg, delaySchema.optional()])) as Record<
  (typeof LEGS)[number],
  z.ZodOptional<typeof delaySchema>
>;

/** A profile's name, or a profile. */
const latencySchema = z.union([
  z.enum(Object.keys(LATENCY_PROFILES) as [LatencyName, ...LatencyName[]]),
  z.strictObject({ ...legs, eventFirst: z.number().min(0).max(1).optional() }),
]);

const bound = (meaning: string): z.ZodOptional<typeof decimal> =>
  decimal.optional().describe(`${meaning}; "0": none`);
const count = (meaning: string): z.ZodOptional<z.ZodInt> =>
  z.int().min(0).max(1_000_000).optional().describe(meaning);
const part = z.number().min(0).max(1_000);

/** Filters of a market. What a venue does not have is refused there. */
const filtersSchema = z.strictObject({
  minNotional: decimal.optional().describe('smallest value of an order, in the quote asset'),
  minNotionalAtMarket: z
    .boolean()
    .optional()
    .describe('whether `minNotional` binds market orders, at the average price'),
  maxNotional: bound('largest value of an order'),
  maxNotionalAtMarket: z
    .boolean()
    .optional()
    .describe('whether `maxNotional` binds market orders, at the average price'),
  marketMaxNotional: bound('largest value of a market order, where the venue has one of its own'),
  tickSize: decimal.optional().describe('price step, a multiple of the first one'),
  stepSize: decimal.optional().describe('quantity step, a multiple of the first one'),
  minPrice: bound('lowest limit price and trigger'),
  maxPrice: bound('highest limit price and trigger'),
  minAmount: bound('smallest quantity of any order, in the base asset'),
  maxAmount: bound('largest quantity of any order'),
  marketMinAmount: bound('smallest quantity of an order at the market'),
  marketMaxAmount: bound('largest quantity of an order at the market'),
  marketStepSize: bound('quantity step of orders at the market, besides `stepSize`'),
  percentPrice: z
    .strictObject({ up: part, down: part })
    .nullable()
    .optional()
    .describe(
      'highest and lowest limit price as parts of the average price; `null`: any price; replaces `percentPriceBySide`',
    ),
  percentPriceBySide: z
    .strictObject({ bidUp: part, bidDown: part, askUp: part, askDown: part })
    .nullable()
    .optional()
    .describe('the same for buys and for sells, 0 for no bound; replaces `percentPrice`'),
  averageMinutes: z
    .int()
    .min(0)
    .max(60)
    .optional()
    .describe('minutes that the average price is taken over; 0: it is the last price'),
  maxOrders: count('open orders of an account; 0: any number'),
  maxAlgoOrders: count('open orders with a trigger; 0: any number'),
  maxOrderLists: count('open pairs of orders; 0: any number'),
  maxIcebergOrders: count('open iceberg orders; 0: the symbol takes none'),
  maxIcebergParts: count('parts of an iceberg order; 0: any number'),
  maxPosition: bound('base an account may hold, with what its open buys will bring'),
});

export type SymbolFilters = z.output<typeof filtersSchema>;

const symbolSchema = z.strictObject({
  status: z
    .enum(['TRADING', 'HALT', 'BREAK', 'DELISTED'])
    .optional()
    .describe('`HALT`: nothing is placed or matched, cancels are; `DELISTED`: open orders expire'),
  flow: z
    .enum(['normal', 'no-trades', 'still'])
    .optional()
    .describe(
      '`no-trades`: nobody takes, the book goes on moving; `still`: the book stands as well; users trade as ever',
    ),
  candles: z
    .strictObject({
      offsetMs: z.number().min(-3_600_000).max(3_600_000).optional(),
      lateMs: z.int().min(0).max(600_000).optional(),
    })
    .optional()
    .describe(
      'bars are stamped `offsetMs` beside their true times (a fraction, or negative), and a bar is shown as the open one for `lateMs` of market time after its end; 0: as they are',
    ),
  fractionalTimes: z
    .boolean()
    .optional()
    .describe(
      'trades, public ones and the account’s own, are stamped with fractions of a millisecond',
    ),
  ...filtersSchema.shape,
});

const feeAssetSchema = z.strictObject({
  asset: z.string().min(1).max(20),
  prices: z.record(z.string().min(1).max(20), decimal),
  discount: decimal.optional(),
});

const exchangeSchema = z.strictObject({
  maxOrders: count('open orders of an account on all symbols; 0: any number'),
  maxAlgoOrders: count('open orders with a trigger on all symbols; 0: any number'),
  maxIcebergOrders: count('open iceberg orders on all symbols; 0: any number'),
  maxOrderLists: count('open pairs of orders on all symbols; 0: any number'),
});

export const accountName = z.string().min(1).max(64);

export const conditionsSchema = z.strictObject({
  clockSkewMs: z
    .int()
    .min(-DAY_MS)
    .max(DAY_MS)
    .optional()
    .describe('how far the exchange’s clock is ahead'),
  maintenance: z.boolean().optional().describe('refuse everything'),
  weightLimitPerMinute: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe('request weight per minute; beyond it 429 and then a ban; null: no limit'),
  orderLimitPer10s: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe(
      'new orders of an account in ten seconds, where the venue counts them; null: no limit',
    ),
  latency: latencySchema.optional().describe('a profile’s name, or delays by leg'),
  keys: z
    .record(accountName, z.enum(['ok', 'revoked', 'read-only']))
    .optional()
    .describe('what the key of an account may do, by account id'),
  bans: z
    .record(
      accountName,
      z
        .number()
        .min(0)
        .max(DAY_MS / 1_000),
    )
    .optional()
    .describe(
      'seconds an account is banned from now, by account id, `*` for everybody; 0 lifts it',
    ),
  feeAssets: z
    .record(accountName, feeAssetSchema.nullable())
    .optional()
    .describe(
      'what an account pays the fees of all its trades in, by account id: the asset, its price by quote asset, and the part that is taken off the rate (default 0.25); `null`: from what is received',
    ),
  exchange: exchangeSchema.optional().describe('filters over all symbols'),
  symbols: z.record(z.string().min(1).max(32), symbolSchema).optional().describe('by market id'),
});

export type ConditionsDocument = z.output<typeof conditionsSchema>;
