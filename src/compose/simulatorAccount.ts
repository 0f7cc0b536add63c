/** The one user of `plimsoll sim`: its key, its play money, and what it pays fees in. */
import { randomBytes } from 'node:crypto';
import type { SimulatorAccountOptions } from '../simulator/options.ts';
import { PLAY_MONEY, type SimulatorRequest } from './simulatorRequest.ts';

/** @throws Error `USAGE` for words that name no amount or no price. */
export function accountOf({ balance, feeAsset }: SimulatorRequest): SimulatorAccountOptions {
  return {
    ...freshKey(),
    balances: balance === undefined ? PLAY_MONEY : balancesOf(balance),
    ...(feeAsset !== undefined && { feeAsset: feeAssetOf(feeAsset) }),
  };
}

/** Keys come from the environment, else they are made up. */
function freshKey(): { apiKey: string; secret: string; passphrase: string } {
  const { PLIMSOLL_API_KEY: apiKey, PLIMSOLL_API_SECRET: secret } = process.env;
  return {
    apiKey: apiKey ?? randomBytes(16).toString('hex'),
    secret: secret ?? randomBytes(32).toString('hex'),
    passphrase: 'play-money',
  };
}

/** Play money as `USDT=10000` each. */
function balancesOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word): [string, string] => {
      const { asset, amount } =
        /^(?<asset>[A-Z0-9]{1,20})=(?<amount>\d{1,15}(\.\d{1,8})?)$/u.exec(word)?.groups ?? {};
      if (asset !== undefined && amount !== undefined) return [asset, amount];
      throw new Error(`USAGE: --balance ${word}: expected an asset and an amount, such as BTC=0.5`);
    }),
  );
}

/** The asset fees are paid in, and its price, as `BNB/USDT=600`. */
function feeAssetOf(word: string): NonNullable<SimulatorAccountOptions['feeAsset']> {
  const { asset, quote, price } =
    /^(?<asset>[A-Z0-9]{1,20})\/(?<quote>[A-Z0-9]{1,20})=(?<price>\d{1,15}(\.\d{1,8})?)$/u.exec(
      word,
    )?.groups ?? {};
  if (asset !== undefined && quote !== undefined && Number(price) > 0)
    return { asset, prices: { [quote]: price ?? '' } };
  throw new Error(
    `USAGE: --fee-asset ${word}: expected an asset and its price, such as BNB/USDT=600`,
  );
}
