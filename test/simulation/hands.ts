/** What the owner of the account does besides the bot: at the exchange's website, in its app, with another program. */
import { atomsOf, formatAtoms } from '../../src/simulator/engine/amounts.ts';
import type { OrderRequest, Side } from '../../src/simulator/engine/types.ts';
import { exact } from './exact.ts';
import { bareId, type SimExchange } from './exchange.ts';
import { move } from './external.ts';
import type { SimMarket } from './market.ts';

const ACCOUNT_ID = 'bot';
/** Value of an order by hand. */
const QUOTE = 20;

/** An order by hand, at the market or resting a little away from it. False when it was refused. */
export function tradeByHand(
  exchange: SimExchange,
  market: SimMarket,
  wish: { readonly side: Side; readonly isMarket: boolean; readonly hasId: boolean },
): boolean {
  exchange.madeByHand += 1;
  const made = exchange.madeByHand;
  const { id, priceDecimals, lotDecimals } = market.instrument;
  const away = wish.side === 'BUY' ? 0.98 : 1.02;
  const lots = Math.ceil((QUOTE / market.lastPrice) * 10 ** lotDecimals);
  const request: OrderRequest = {
    accountId: ACCOUNT_ID,
    instrumentId: id,
    side: wish.side,
    type: wish.isMarket ? 'MARKET' : 'LIMIT',
    timeInForce: 'GTC',
    ticks: wish.isMarket ? 0 : Math.floor(market.lastPrice * away * 10 ** priceDecimals),
    lots,
    quoteBudget: 0n,
    clientOrderId: wish.hasId ? `web_${made}` : bareId(made),
  };
  return exchange.engine.place(request, exchange.marketMs()).ok;
}

/** Money comes in from elsewhere. @param amount canonical decimal text */
export function deposit(exchange: SimExchange, asset: string, amount: string): void {
  exchange.engine.deposit(ACCOUNT_ID, asset, atomsOf(amount));
  move(exchange.moved, asset, exact(amount));
}

/** A share of what is free of an asset leaves the account. False when there is nothing to take. */
export function withdraw(exchange: SimExchange, asset: string, share: number): boolean {
  const { free } = exchange.account.balance(asset);
  const atoms = (free * BigInt(Math.round(share * 1_000))) / 1_000n;
  if (atoms <= 0n || !exchange.engine.withdraw(ACCOUNT_ID, asset, atoms)) return false;
  move(exchange.moved, asset, exact(formatAtoms(atoms)).neg());
  return true;
}
