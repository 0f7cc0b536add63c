/** Money, fees and limits of a backtest: the configuration's, or stated ones where there is none. */
import { existsSync } from 'node:fs';
import { loadConfigOnly } from '../adapters/config/backtestFiles.ts';
import type { FillSettings, OpeningBalance } from '../adapters/config/config.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import { dec, toText, type Decimal } from '../core/domain/decimal.ts';
import type { Asset } from '../core/domain/ids.ts';

/** What money and limits a backtest runs with. */
export interface BacktestAccount {
  /** Quote. */
  readonly balance: Decimal;
  readonly makerFee: Decimal;
  readonly takerFee: Decimal;
  /** How orders are filled. */
  readonly fills: FillSettings;
  /** Fraction of the last price. */
  readonly priceBand: number;
  /** Quote. */
  readonly maxTotalExposure: Decimal;
  readonly maxOpenOrders: number;
}

export const DEFAULT_ACCOUNT: BacktestAccount = {
  balance: dec('10000'),
  makerFee: dec('0.001'),
  takerFee: dec('0.001'),
  fills: { slippage: 0.0005, touch: 'through', maxShare: 0.1, latencyMs: 0 },
  priceBand: 0.05,
  maxTotalExposure: dec('10000'),
  maxOpenOrders: 500,
};

/** A configuration file, and whether the user named it. */
export interface ConfigChoice {
  readonly file: string;
  readonly isNamed: boolean;
}

/**
 * The account a configuration describes. A file that nobody named and that is not there is passed over, and so is one whose play
 * money is in other assets; both are said.
 * @throws Error `CONFIG_INVALID` for a file that was named and is missing, for one that is wrong, and for one that was named and
 *         has no balance in the quote asset.
 */
export function accountFor(
  quote: Asset,
  choice: ConfigChoice | undefined,
  remark: (text: string) => void,
): BacktestAccount {
  if (choice && (choice.isNamed || existsSync(choice.file)))
    return accountIn(choice, quote, remark);
  const { balance } = DEFAULT_ACCOUNT;
  remark(`no configuration: ${toText(balance)} ${quote}, fees 0.1%, slippage 0.05%`);
  return DEFAULT_ACCOUNT;
}

function accountIn(
  choice: ConfigChoice,
  quote: Asset,
  remark: (text: string) => void,
): BacktestAccount {
  const loaded = loadConfigOnly(choice.file);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { paper, fills, risk, quote: limited } = loaded.value;
  const balance = balanceIn(paper.balances, choice, quote, remark);
  const { makerFee, takerFee } = paper;
  const { priceBand, maxOpenOrders } = risk;
  return {
    ...{ balance, makerFee, takerFee, fills, priceBand, maxOpenOrders },
    maxTotalExposure: limited === quote ? risk.maxTotalExposure : balance,
  };
}

function balanceIn(
  balances: readonly OpeningBalance[],
  { file, isNamed }: ConfigChoice,
  quote: Asset,
  remark: (text: string) => void,
): Decimal {
  const opening = balances.find(({ asset }) => asset === quote);
  if (opening) return opening.amount;
  if (isNamed)
    throw new Error(
      `CONFIG_INVALID: ${file}: paper.balances has no ${quote}, which the strategy trades with`,
    );
  const { balance } = DEFAULT_ACCOUNT;
  remark(`${file} has no ${quote} in paper.balances: ${toText(balance)} ${quote} are assumed`);
  return balance;
}
