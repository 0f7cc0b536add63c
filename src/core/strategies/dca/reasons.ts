import type { ReasonCatalogue } from '../../domain/reasons.ts';

export const DCA_REASONS = {
  DCA_WAIT: { severity: 'info', text: 'nothing held; the next buy is due at {nextBuy}' },
  DCA_HOLD: {
    severity: 'info',
    text: 'holding at {averagePrice} on average, now {close}; the next buy is due at {nextBuy}',
  },
  DCA_BUY: { severity: 'action', text: 'buy of {amount} on schedule at {close}' },
  DCA_BUY_REFUSED: {
    severity: 'refusal',
    isOfCause: true,
    text: 'a buy of {amount} is due but was refused; asked for again later',
  },
  DCA_BUDGET_SPENT: {
    severity: 'info',
    text: 'no buy: {spent} of {budget} is spent and {amount} more would exceed it',
  },
  DCA_ORDER_OPEN: { severity: 'info', text: 'waiting for the open order' },
} satisfies ReasonCatalogue;
