/** What is known of the markets of a configuration's strategies without asking anybody. */
import type { PlimsollConfig } from '../adapters/config/config.ts';
import { findingsOf, type Findings } from '../adapters/config/misfits.ts';
import { dec, type Decimal } from '../core/domain/decimal.ts';
import { asset, marketSymbol } from '../core/domain/ids.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import type { FitFacts, MarketFacts } from '../core/strategies/fitTypes.ts';
import { DEFAULT_SYMBOLS, type SyntheticSymbol } from '../simulator/market/synthetic.ts';

/** The simulated exchange counts whole ones of these. */
const ATOM = dec('0.00000001');
/** Fee of the simulated exchange. */
const SIMULATED_FEE = dec('0.001');

/** What the files show, and what we know of the market that we simulate ourselves. */
export function offlineFindings(
  strategies: readonly StrategySpec[],
  config: PlimsollConfig | undefined,
): Findings {
  const simulated = config?.exchange.simulated;
  const isOurs = simulated !== undefined && simulated.replay === undefined;
  return findingsOf(strategies, ({ symbol }) => {
    const facts = config ? commonFacts(config) : {};
    if (!isOurs) return facts;
    const market = DEFAULT_SYMBOLS.find(({ base, quote }) => `${base}/${quote}` === symbol);
    return market ? { ...facts, market: simulatedMarket(market) } : unlisted(symbol);
  });
}

/** What holds for all strategies of a configuration. */
export function commonFacts(config: PlimsollConfig): FitFacts {
  return { maxTotalExposure: config.risk.maxTotalExposure, takerFee: feesOf(config)?.takerFee };
}

/** Paper trades with fees of its own; undefined where the exchange's count. */
export function feesOf({
  mode,
  paper,
}: PlimsollConfig): { readonly makerFee: Decimal; readonly takerFee: Decimal } | undefined {
  return mode === 'paper' ? { makerFee: paper.makerFee, takerFee: paper.takerFee } : undefined;
}

function simulatedMarket(symbol: SyntheticSymbol): MarketFacts {
  const { base, quote, priceDecimals, lotDecimals, minNotional } = symbol;
  const lotSize = dec(`1e-${lotDecimals}`);
  const instrument = {
    symbol: marketSymbol(`${base}/${quote}`),
    base: asset(base),
    quote: asset(quote),
    tickSize: dec(`1e-${priceDecimals}`),
    lotSize,
    minAmount: lotSize,
    minNotional: dec(minNotional.toString()).times(ATOM),
    makerFee: SIMULATED_FEE,
    takerFee: SIMULATED_FEE,
    triggers: 'oco',
  } as const;
  return { instrument, lastPrice: Number.NaN };
}

function unlisted(symbol: string): string {
  const listed = DEFAULT_SYMBOLS.map(({ base, quote }) => `${base}/${quote}`).join(', ');
  return `the simulated exchange lists no market ${symbol}; it lists ${listed}`;
}
