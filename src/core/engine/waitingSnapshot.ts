/** Waiting orders as JSON, and back: their strategy's state is the only place they are kept in. */
import { dec, toText } from '../domain/decimal.ts';
import { clientOrderId, intentId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { OrderIntent } from '../domain/order.ts';
import { newRecord } from '../orders/lifecycle.ts';
import type { StrategySpec } from '../strategies/contract.ts';
import { fieldsOf, inputsOf, listOf, type Fields } from './snapshotFields.ts';
import type { WaitingOrder } from './state.ts';

type Kept = Pick<OrderIntent, 'purpose' | 'side' | 'type'>;

/** What a waiting order can be, by name. */
const KINDS: Readonly<Record<string, Kept>> = {
  'buy market': { purpose: 'entry', side: 'buy', type: 'market' },
  'buy limit': { purpose: 'entry', side: 'buy', type: 'limit' },
  'buy limit_maker': { purpose: 'entry', side: 'buy', type: 'limit_maker' },
  'sell market': { purpose: 'exit', side: 'sell', type: 'market' },
  'sell limit': { purpose: 'exit', side: 'sell', type: 'limit' },
  'sell limit_maker': { purpose: 'exit', side: 'sell', type: 'limit_maker' },
};

export function waitingJson({ record, after }: WaitingOrder): Json {
  const { intent, cancelRequested } = record;
  return {
    kind: `${intent.side} ${intent.type}`,
    intentId: intent.intentId,
    clientOrderId: intent.clientOrderId,
    sequence: intent.sequence,
    price: intent.price === undefined ? null : toText(intent.price),
    amount: toText(intent.amount),
    referencePrice: toText(intent.referencePrice),
    reason: intent.reason,
    inputs: { ...intent.inputs },
    tag: intent.tag,
    createdAt: intent.createdAt,
    parentId: intent.parentId ?? null,
    after: after ?? null,
    cancelRequested,
  };
}

/** @throws Error `SNAPSHOT_INVALID` naming strategy and field when one of them is not one of ours. Absent: none. */
export function waitingFrom(json: Json | undefined, spec: StrategySpec): readonly WaitingOrder[] {
  return listOf(json).map((each) => waitingOf(fieldsOf(each) ?? {}, spec));
}

function waitingOf(fields: Fields, spec: StrategySpec): WaitingOrder {
  const text = (name: string): string => required(fields, name, 'string', spec);
  const number = (name: string): number => required(fields, name, 'number', spec);
  const kind = KINDS[text('kind')];
  if (!kind) throw invalid('kind', spec);
  const { price, parentId, after } = fields;
  const intent: OrderIntent = {
    ...kind,
    intentId: intentId(text('intentId')),
    clientOrderId: clientOrderId(text('clientOrderId')),
    sequence: number('sequence'),
    strategyId: spec.id,
    symbol: spec.symbol,
    ...(typeof price === 'string' && { price: dec(price) }),
    amount: dec(text('amount')),
    referencePrice: dec(text('referencePrice')),
    reason: text('reason'),
    inputs: inputsOf(fields['inputs']),
    tag: text('tag'),
    createdAt: number('createdAt'),
    ...(typeof parentId === 'string' && { parentId: intentId(parentId) }),
  };
  return {
    record: { ...newRecord(intent), cancelRequested: fields['cancelRequested'] === true },
    after: typeof after === 'string' ? intentId(after) : undefined,
  };
}

function required<Name extends 'string' | 'number'>(
  fields: Fields,
  name: string,
  type: Name,
  spec: StrategySpec,
): Name extends 'string' ? string : number {
  const value = fields[name];
  if (typeof value !== type) throw invalid(name, spec);
  return value as Name extends 'string' ? string : number;
}

function invalid(field: string, spec: StrategySpec): Error {
  return new Error(`SNAPSHOT_INVALID: strategy ${spec.id}: waiting order: ${field} is not valid`);
}
