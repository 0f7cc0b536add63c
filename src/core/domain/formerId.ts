/** Names of strategies whose file says another market now. */
import { strategyId, type MarketSymbol, type StrategyId } from './ids.ts';

/**
 * By what the books call what a strategy has left on a market that it trades no longer: `dca-btc@BTC-USDT`. No file can say such a
 * name.
 */
export function formerId(id: StrategyId, symbol: MarketSymbol): StrategyId {
  return strategyId(`${id}@${symbol.replace('/', '-')}`);
}
