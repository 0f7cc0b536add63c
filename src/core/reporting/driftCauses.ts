/**
 * Why a trade came out otherwise than in the backtest of its period. The list is closed: what none of them fits is unexplained, and
 * an error. Each is given on evidence only, which `shown` states; docs/reference/drift.md is made from this file.
 */

export interface DriftCause {
  /** What is the case. */
  readonly text: string;
  /** What must be found for it to be given. */
  readonly shown: string;
}

export const DRIFT_CAUSES = {
  price: {
    text: 'both traded, at another price',
    shown:
      'each side paid a price that the market had in the bar in which it traded; or the order was sized by another last price for the same money',
  },
  not_filled: {
    text: 'one of them got more of the order than the other',
    shown:
      'the order rested, or could not be filled whole, and the market came to its price in the bar in which the other side traded',
  },
  delay: {
    text: 'both traded, in another bar',
    shown:
      'the same order has its fills in different bars, or on one side what became of it was not known when the period ended',
  },
  missing_data: {
    text: 'one of them did not have what the other decided on',
    shown:
      'a strategy was asked about the bar on one side only, though the daemon was armed; or its data was stale; or the backtest was given other bars than the daemon had',
  },
  fee: {
    text: 'another fee was charged',
    shown: 'the fee is another part of what was traded, or was taken in another asset',
  },
  refused: {
    text: 'the order was refused on one side',
    shown:
      'the exchange or the risk rules refused it, or it was not sent, with the code and the words that were recorded',
  },
  restart: {
    text: 'the daemon was not trading',
    shown: 'its recordings say that it was down, starting or disarmed when the backtest decided',
  },
} as const satisfies Readonly<Record<string, DriftCause>>;

export type DriftCauseName = keyof typeof DRIFT_CAUSES;
