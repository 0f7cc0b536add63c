import type { ReasonCatalogue } from '../../domain/reasons.ts';

export const TREND_REASONS = {
  TREND_DOWN: {
    severity: 'info',
    text: 'no entry: the fast average {emaFast} is below the slow one {emaSlow}',
  },
  TREND_UP: {
    severity: 'info',
    text: 'no entry: the fast average {emaFast} is above the slow one {emaSlow}, but did not cross it just now',
  },
  TREND_GATED: {
    severity: 'info',
    text: 'no entry: the averages crossed up, but the signal score {score} is below {minScore}',
  },
  TREND_ENTRY: {
    severity: 'action',
    text: 'entry: the fast average {emaFast} crossed above the slow one {emaSlow}',
  },
  TREND_ENTRY_REFUSED: {
    severity: 'refusal',
    isOfCause: true,
    text: 'no entry: the averages crossed up, but the order was refused',
  },
  TREND_ENTERING: { severity: 'info', text: 'the entry order is open' },
  TREND_HOLD: {
    severity: 'info',
    text: 'holding: the close {close} is above the trailing stop {stop}, the averages point up',
  },
  TREND_EXIT_CROSS: {
    severity: 'action',
    text: 'exit: the fast average {emaFast} is below the slow one {emaSlow}',
  },
  TREND_EXIT_STOP: {
    severity: 'action',
    text: 'exit: the close {close} is at or below the trailing stop {stop}',
  },
  TREND_LEAVING: { severity: 'info', text: 'leaving: the position is being sold' },
} satisfies ReasonCatalogue;
