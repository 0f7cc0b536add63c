/** An exchange's order rules (orderRules.ts) as the adapter asks them. */
import { toText } from '../../../core/domain/decimal.ts';
import type { ApprovedOrder, OrderType } from '../../../core/domain/order.ts';
import type { ExchangeAnswer } from '../errors.ts';
import type { CcxtParams } from '../types.ts';
import { isMarketable } from './orderRules.ts';
import type { CodeMatch, OrderRules } from './orderRules.ts';
import type { OrderQuirks } from './quirks.ts';
import { toWireId } from './wireIds.ts';

/** Statuses of an overloaded or absent server, which prove nothing whatever the body says. */
const isProof = (status: number, inSuccess: boolean): boolean => {
  if (status === 408 || status === 418 || status === 429) return false;
  return (status >= 400 && status < 500) || (inSuccess && status === 200);
};

/** Nothing is held until a price is reached, where it was never tried: stops are then kept by this process. */
const NO_TRIGGERS: TriggerQuirks = { triggersOf: () => 'none' };

export type TriggerQuirks = Pick<OrderQuirks, 'triggersOf' | 'pairs'>;

/** The rules as the adapter asks them. */
export function orderQuirksOf(rules: OrderRules, triggers = NO_TRIGGERS): OrderQuirks {
  const { errors, clientId } = rules;
  const said = ({ body }: ExchangeAnswer, matches: readonly CodeMatch[]): CodeMatch | undefined => {
    const codes = errors.codes(body);
    const words = JSON.stringify(body ?? '');
    return matches.find(({ code, text }) => codes.includes(code) && (text?.test(words) ?? true));
  };
  const proof = (answer: ExchangeAnswer, matches: readonly CodeMatch[]): CodeMatch | undefined =>
    isProof(answer.status, errors.inSuccess) ? said(answer, matches) : undefined;
  const refusalOf = (answer: ExchangeAnswer): string | undefined =>
    proof(answer, errors.duplicate) === undefined ? proof(answer, errors.refused)?.code : undefined;
  const isOrderUnknown = (answer: ExchangeAnswer): boolean =>
    proof(answer, errors.orderUnknown) !== undefined;
  return {
    ...triggers,
    placement: (order) => ({
      type: isLimit(order.type) || isMarketable(rules, order) ? 'limit' : 'market',
      params: {
        [clientId.createParam]: toWireId(clientId.form, order.clientOrderId),
        ...paramsOf(rules, order),
      },
    }),
    byClientId: (id) => ({ [clientId.cancelParam]: toWireId(clientId.form, id) }),
    refusalOf,
    isRuleBroken: (answer) => proof(answer, errors.brokenRule) !== undefined,
    lacksPlace: (answer) => proof(answer, errors.crowded) !== undefined,
    isOrderUnknown,
    cancelRefusalOf: (answer) =>
      isOrderUnknown(answer)
        ? undefined
        : (proof(answer, errors.cancelRefused)?.code ?? refusalOf(answer)),
    isClockRefused: (answer) => said(answer, errors.clock) !== undefined,
  };
}

const isLimit = (type: OrderType): boolean => type === 'limit' || type === 'limit_maker';

function paramsOf(rules: OrderRules, order: ApprovedOrder): CcxtParams {
  if (isMarketable(rules, order)) return { ...rules.orderParams, timeInForce: 'IOC' };
  if (order.type === 'market') return { ...rules.orderParams, ...rules.marketParams };
  // ccxt makes a stop of a market order with this.
  if (order.trigger !== undefined)
    return { ...rules.orderParams, stopLossPrice: toText(order.trigger) };
  return order.type === 'limit_maker'
    ? { ...rules.orderParams, postOnly: true }
    : rules.orderParams;
}
