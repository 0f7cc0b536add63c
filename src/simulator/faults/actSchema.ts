/** What the owner of an account does besides the bot: by hand, in an app, with another program. Strict: an unknown field is an error. */
import { z } from 'zod';
import { accountName, decimal } from './conditionsSchema.ts';

const account = accountName.optional().describe('account id; absent: the only one there is');
const symbol = z.string().min(1).max(32).describe('market id such as `BTCUSDT`');
const asset = z.string().min(1).max(20);
const clientOrderId = z.string().min(1).max(64);
const orderId = z.int().min(1);

export const actSchema = z.discriminatedUnion('do', [
  z
    .strictObject({
      do: z.literal('order'),
      account,
      symbol,
      side: z.enum(['buy', 'sell']),
      type: z
        .enum(['market', 'limit', 'stop'])
        .describe('`stop` trades at the market, or with `price` as a limit order'),
      amount: decimal.optional().describe('in the base asset'),
      quote: decimal
        .optional()
        .describe('of a market order, instead of `amount`: in the quote asset'),
      price: decimal.optional().describe('limit price'),
      trigger: decimal.optional().describe('of a stop: the price that activates it'),
      clientOrderId: clientOrderId
        .optional()
        .describe('absent: as by hand, with an id of the venue’s own or none at all'),
    })
    .describe('places an order'),
  z
    .strictObject({
      do: z.literal('cancel'),
      account,
      orderId: orderId.optional(),
      symbol: symbol.optional(),
      clientOrderId: clientOrderId
        .optional()
        .describe('together with `symbol`, instead of `orderId`'),
    })
    .describe('cancels an order, whoever placed it'),
  z
    .strictObject({
      do: z.literal('cancel-all'),
      account,
      symbol: symbol.optional().describe('absent: of all symbols'),
    })
    .describe('cancels all open orders'),
  z
    .strictObject({ do: z.literal('deposit'), account, asset, amount: decimal })
    .describe('an amount comes in'),
  z
    .strictObject({ do: z.literal('withdraw'), account, asset, amount: decimal })
    .describe('an amount goes out, when so much is free'),
  z
    .strictObject({
      do: z.literal('convert'),
      account,
      from: asset,
      to: asset,
      amount: decimal.describe('of `from`'),
      receive: decimal.optional().describe('of `to`; absent: at the last price of their market'),
    })
    .describe('an amount becomes one of another asset, without an order'),
]);

export type Act = z.output<typeof actSchema>;
export type OrderAct = Extract<Act, { readonly do: 'order' }>;
