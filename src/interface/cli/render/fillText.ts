/** One execution on one line. */
import { toText } from '../../../core/domain/decimal.ts';
import type { AttributedFill } from '../../../core/domain/position.ts';
import type { Painter } from './colour.ts';
import { printable } from './text.ts';
import { utc } from './values.ts';

export function fillLine({ fill, strategyId }: AttributedFill, paint: Painter): string {
  const side = fill.side === 'buy' ? paint.good('buy ') : paint.bad('sell');
  const text = `${toText(fill.amount)} ${fill.symbol} at ${toText(fill.price)}, fee ${toText(fill.fee)} ${fill.feeAsset}`;
  return `${utc(fill.at)}  ${side} ${printable(text)}  ${paint.dim(strategyId)}`;
}
