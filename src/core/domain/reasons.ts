/**
 * Catalogue of reason codes that are not a strategy's own: risk refusals, order life, system.
 * A strategy kind brings its own codes in its folder (reasons.ts). Codes are stable: users filter on them.
 */

/** Upper-case code, e.g. `NOTIONAL_TOO_SMALL`. */
export type ReasonCode = string;

export interface Reason {
  /** refusal: something was asked for and denied · action: something is being done · info: state worth knowing · alarm: an operator should look. */
  readonly severity: 'info' | 'action' | 'refusal' | 'alarm';
  /** Words with `{name}` places filled from the note's inputs. */
  readonly text: string;
  /** A refusal that only tells of another one: why is in its cause, and without one nothing is known. */
  readonly isOfCause?: true;
}

export type ReasonCatalogue = Readonly<Record<ReasonCode, Reason>>;

const refusal = (text: string): Reason => ({ severity: 'refusal', text });
const info = (text: string): Reason => ({ severity: 'info', text });
const action = (text: string): Reason => ({ severity: 'action', text });
const alarm = (text: string): Reason => ({ severity: 'alarm', text });

export const RISK_REASONS = {
  NOT_ARMED: refusal('refused: the engine is not armed yet (warm-up or reconciliation is running)'),
  PAUSED: refusal('refused: entries are paused'),
  SYMBOL_HALTED: refusal('refused: {symbol} is halted: {reason}'),
  DATA_STALE: refusal('refused: market data of {symbol} is stale'),
  NO_PRICE: refusal('refused: no price of {symbol} has been seen yet'),
  PRICE_INVALID: refusal('refused: {price} is not a valid price'),
  AMOUNT_TOO_SMALL: refusal('refused: amount {amount} is below the minimum {minAmount}'),
  AMOUNT_TOO_LARGE: refusal('refused: amount {amount} is above the maximum {maxAmount}'),
  NOTIONAL_TOO_SMALL: refusal('refused: notional {notional} is below the minimum {minNotional}'),
  NOTIONAL_TOO_LARGE: refusal('refused: notional {notional} is above the maximum {maxNotional}'),
  PRICE_OUT_OF_RANGE: refusal(
    'refused: the exchange takes prices from {lowest} to {highest} now, not {price}',
  ),
  EXIT_TOO_SMALL: refusal(
    'refused: it could not be sold again: {sellable} {base} after the fee, at {exitPrice} ({where}), are worth {value} {quote}, and {symbol} takes no order at the market below {least}',
  ),
  POSITION_LIMIT: refusal(
    'refused: the exchange lets the account hold {maxPosition} {base}, {room} more than it has and is buying',
  ),
  EXCHANGE_FULL: refusal(
    'refused: {open} orders rest on {symbol}, the exchange takes {most}; {kept} places are kept for stops',
  ),
  PRICE_BAND: refusal(
    'refused: price {price} is {distance%} away from the last price {lastPrice}, more than {band%}',
  ),
  FUNDS_SHORT: refusal('refused: needs {needed} {asset}, {available} is free'),
  STRATEGY_EXPOSURE: refusal(
    'refused: exposure would be {exposure}, the limit of the strategy is {limit}',
  ),
  TOO_MANY_ORDERS: refusal('refused: {openOrders} orders are open, the limit is {limit}'),
  TOTAL_EXPOSURE: refusal('refused: total exposure would be {exposure}, the limit is {limit}'),
  NOTHING_TO_EXIT: refusal(
    'refused: nothing left to sell (position {position}, already being sold {reserved}, not in the account {absent})',
  ),
  GUARD_REACHED: refusal(
    'refused: the price {lastPrice} is not between the stop {trigger} and the target {target}',
  ),
  ORDER_IN_DOUBT: refusal(
    'refused: what became of order {intentId} of an earlier run is being asked; entries of its strategy wait for the answer',
  ),
  PROPOSAL_INVALID: refusal('refused: the proposal is malformed: {problem}'),
  STOPPED_OUT: refusal(
    'refused: the strategy was taken out of the market at {stoppedAt@} and waits until {until@}',
  ),
} satisfies ReasonCatalogue;

export const SYSTEM_REASONS = {
  ARMED: info('armed: trading may begin'),
  DISARMED: info('disarmed: {reason}'),
  PAUSE: info('paused: {reason}'),
  RESUME: info('resumed: {reason}'),
  HALT: alarm('{symbol} halted: {reason}'),
  UNHALT: info('{symbol} trades again: {reason}'),
  DATA_GAP: info('{missing} bars of {symbol} {timeframe} were missing; {found} could be fetched'),
  DATA_FRESH: info('market data of {symbol} is fresh again'),
  DATA_SILENT: alarm('no market data of {symbol} for too long: no entries until it returns'),
  PRICE_JUMP: info(
    '{symbol} at {price} is far from the last price {lastPrice}: left out until it is confirmed',
  ),
  WAITING: info('waiting for the first {timeframe} bar of {symbol}'),
  WARMING_UP: info('warming up: {have} of {need} bars'),
  STOP_LOSS: action(
    'stop-loss: price {price} is at or below {stopPrice} ({stopLoss%} under the average {averagePrice})',
  ),
  TAKE_PROFIT: action(
    'take-profit: price {price} is at or above {targetPrice} ({takeProfit%} above the average {averagePrice})',
  ),
  STOP_OVERDUE: alarm(
    'the stop at the exchange has not sold although the price {price} has been at or below {stopPrice} for {seconds} s: selling here',
  ),
  GUARD_STOP: action(
    'held by the exchange: sell when the price is at or below {stopPrice} ({stopLoss%} under the average {averagePrice})',
  ),
  GUARD_TARGET: action(
    'held by the exchange: sell at {targetPrice} ({takeProfit%} above the average {averagePrice})',
  ),
  GUARD_CHANGED: info('the guard no longer fits the position: cancelling it'),
  GUARD_KEPT_HERE: info(
    'the stop at {stopPrice} is kept here: the exchange holds {most} on {symbol}, and {nearer} are nearer to the price',
  ),
  GUARD_MOVES_UP: info('there is room at the exchange for the stop at {stopPrice} again'),
  UNPROTECTED: alarm(
    '{amount} {base} has been without its stop at the exchange for more than {seconds} s; the price is watched here',
  ),
  PROTECTED: info('every position has its stop again, or is gone'),
  COOLING_DOWN: info('taken out of the market; new entries wait'),
  ORPHANED: info(
    'order {intentId} belongs to strategy {strategy}, which no longer exists: cancelling it',
  ),
  STOPPED: info('out of the market; {left} {base} too small to sell remains'),
  STOPPED_UNSOLD: alarm(
    '{left} {base} could not be sold: {symbol} takes no order at the market below {least}',
  ),
  DUST_KEPT: info(
    '{amount} {base}, which cost {cost} {quote}, are too little for an order on {symbol}: kept as dust, sold with the next sale',
  ),
  CLOSED_IN_PART: info('sold what was asked for; {left} {base} is kept'),
  OPERATOR_EXIT: action('selling on the operator’s order: {reason}'),
  END: action('selling because the recording ends: {reason}'),
  OPERATOR_CANCEL: action('cancelled on the operator’s order: {reason}'),
  MARKET_CANCEL: action('cancelled because of its market: {reason}'),
  RULES_CHANGED: info('the trading rules of {symbol} have changed: {changes}'),
  BALANCE_DRIFT: alarm('the exchange says {exchange} {asset}, the ledger says {ledger}'),
  DEPOSIT_ADOPTED: info(
    'a deposit of {amount} {asset} was booked; the balance is {balance}: {reason}',
  ),
  WITHDRAWAL_ADOPTED: info(
    'a withdrawal of {amount} {asset} was booked; the balance is {balance}: {reason}',
  ),
  COINS_MISSING: alarm(
    'positions say {positions} {asset}, the account has {balance}: until you say whose the missing {missing} are, each strategy sells its share of what is there',
  ),
  COINS_THERE: info('the account has all the {asset} again that positions say: {positions}'),
  BOOKED_OUT: action(
    'booked out of the position without a sale ({cause}): {amount} {base} at their cost of {cost} {quote}, {position} is left: {reason}',
  ),
  BOOKED_IN: action(
    'booked into the position without a purchase ({cause}): {amount} {base} at a cost of {cost} {quote}, it is {position} now: {reason}',
  ),
  COINS_LOCKED: alarm(
    'orders that are not in these books hold {locked} {asset}: of {positions} that positions say, {free} can be sold',
  ),
  COINS_FREE: info('no order that is not in these books holds {asset} any more'),
  LOST_CANCEL: action(
    'cancelling order {exchangeOrderId} on {symbol}, which this bot has made and these books do not know: {reason}',
  ),
  FOREIGN_ORDER: alarm('order {exchangeOrderId} on {symbol} is not ours; left alone'),
  FOREIGN_FILL: alarm(
    'fill {tradeId} on {symbol} belongs to no order of ours; left out of the ledger',
  ),
  MARKET_GONE: alarm(
    '{symbol} is not traded: {why} Its strategies do not run, {orders} open orders there wait',
  ),
  STRATEGY_FAILED: alarm(
    'strategy {strategy} failed and was stopped, its orders cancelled, its position kept: {message}',
  ),
  INTERNAL_ERROR: alarm('internal error: {message}'),
} satisfies ReasonCatalogue;

export const ORDER_REASONS = {
  ORDER_WAITS: info('{side} {amount} {symbol} at {price} waits until {after} has ended'),
  ORDER_DROPPED: info('the order that waited was dropped: {reason}'),
  ORDER_CUT: info('cut from {wanted} to {amount}: the exchange takes no more in one order'),
  EXIT_IN_PARTS: info(
    '{wanted} {base} are sold in parts, {amount} first: the exchange takes no more in one order at the market',
  ),
  ORDER_PLANNED: action('{side} {amount} {symbol} at {price}'),
  ORDER_REJECTED: alarm('the exchange refused the order: {message}'),
  ORDER_UNKNOWN: alarm('outcome unknown: {message}; looking it up, never resending'),
  ORDER_NOT_PLACED: info('proved not placed: {message}'),
  ORDER_EXPIRED: info('expired: {message}'),
  ORDER_DENIED: refusal('not sent: {message}'),
  ORDER_CANCELLED: info('cancelled with {filled} filled'),
  ORDER_FILLED: info('filled {filled} at {averagePrice} on average'),
  EXIT_LATE: alarm('the {what} is not on its way to the exchange: {message}'),
  LATE_FILL: alarm('fill of {amount} after the order was {state}'),
  LATE_ORDER: alarm('the order was thought not placed, but the exchange has it'),
  ORDER_FORGOTTEN: alarm(
    'the exchange had taken this order and does not know it any more: {message}; it counts as open until you have looked and resumed its symbol',
  ),
  TRANSITION_ILLEGAL: alarm('the exchange reported {to} while the order is {from}; not applied'),
} satisfies ReasonCatalogue;

export type RiskReason = keyof typeof RISK_REASONS;
export type OrderReason = keyof typeof ORDER_REASONS;
