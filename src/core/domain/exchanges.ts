/** The exchanges that can be traded at, by ccxt's names, and what must be known of each before anything goes there. */

export interface ExchangeTraits {
  /**
   * Run end to end at the built-in simulated exchange, which speaks its protocol. Of the others only the documentation is known,
   * and what becomes of recorded answers.
   */
  readonly proven: boolean;
  /** It has a test network with keys of its own. */
  readonly testnet: boolean;
  /** Its keys have a third part beside key and secret. */
  readonly passphrase: boolean;
}

export const EXCHANGES = {
  binance: { proven: true, testnet: true, passphrase: false },
  okx: { proven: true, testnet: true, passphrase: true },
  bybit: { proven: false, testnet: true, passphrase: false },
  kraken: { proven: false, testnet: false, passphrase: false },
  coinbase: { proven: false, testnet: false, passphrase: false },
  kucoin: { proven: false, testnet: false, passphrase: true },
  gate: { proven: false, testnet: true, passphrase: false },
} as const satisfies Readonly<Record<string, ExchangeTraits>>;

export type ExchangeId = keyof typeof EXCHANGES;

export const EXCHANGE_IDS = Object.keys(EXCHANGES) as [ExchangeId, ...ExchangeId[]];

/** Those that the simulated exchange can stand for. */
export const PROVEN_EXCHANGES = EXCHANGE_IDS.filter((id) => EXCHANGES[id].proven);
