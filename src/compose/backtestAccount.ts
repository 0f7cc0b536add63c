/** Money and fees of a backtest. */
import { dec, type Decimal } from '../core/domain/decimal.ts';

/** What money and limits a backtest runs with. */
export interface BacktestAccount {
  readonly balance: Decimal;
  readonly makerFee: Decimal;
  readonly takerFee: Decimal;
  readonly slippage: number;
  readonly priceBand: number;
}

export const DEFAULT_ACCOUNT: BacktestAccount = {
  balance: dec('10000'),
  makerFee: dec('0.001'),
  takerFee: dec('0.001'),
  slippage: 0.0005,
  priceBand: 0.05,
};
