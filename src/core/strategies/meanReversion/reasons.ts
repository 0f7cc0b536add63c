import type { ReasonCatalogue } from '../../domain/reasons.ts';

export const MEAN_REVERSION_REASONS = {
  REVERSION_WAIT: {
    severity: 'info',
    text: 'no entry: %b {percentB} is above {entryPercentB} or the RSI {rsi} is above {entryRsi}',
  },
  REVERSION_GATED: {
    severity: 'info',
    text: 'no entry: oversold (%b {percentB}, RSI {rsi}), but the signal score {score} is below {minScore}',
  },
  REVERSION_ENTRY: { severity: 'action', text: 'entry: oversold, %b {percentB} and RSI {rsi}' },
  REVERSION_ENTRY_REFUSED: {
    severity: 'refusal',
    isOfCause: true,
    text: 'no entry: oversold (%b {percentB}, RSI {rsi}), but the order was refused',
  },
  REVERSION_ENTERING: { severity: 'info', text: 'the entry order is open' },
  REVERSION_HOLD: {
    severity: 'info',
    text: 'holding since {barsHeld} bars: %b {percentB} is below {exitPercentB}, the RSI {rsi} below {exitRsi}',
  },
  REVERSION_EXIT_BAND: {
    severity: 'action',
    text: 'exit: %b {percentB} has reached {exitPercentB}',
  },
  REVERSION_EXIT_RSI: { severity: 'action', text: 'exit: the RSI {rsi} has reached {exitRsi}' },
  REVERSION_EXIT_TIME: {
    severity: 'action',
    text: 'exit: held for {heldMinutes} minutes, the limit is {maxHoldMinutes}',
  },
  REVERSION_LEAVING: { severity: 'info', text: 'leaving: the position is being sold' },
} satisfies ReasonCatalogue;
