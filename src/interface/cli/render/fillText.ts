/** One execution on one line. */
import { toText } from '../../../core/domain/decimal.ts';
import { feesOf, type Fill } from '../../../core/domain/fill.ts';
import type { AttributedFill } from '../../../core/domain/position.ts';
import type { Painter } from './colour.ts';
import { printable } from './text.ts';
import { utc } from './values.ts';

/** Everything that was charged, `0.0125 GT + 0.001 BTC`; what the exchange charged in when it was nothing. */
export function feeText(fill: Fill): string {
  const fees = feesOf(fill).map(({ asset, amount }) => `${toText(amount)} ${asset}`);
  return fees.length === 0 ? `0 ${fill.feeAsset}` : fees.join(' + ');
}

export function fillLine({ fill, strategyId }: AttributedFill, paint: Painter): string {
  const side = fill.side === 'buy' ? paint.good('buy ') : paint.bad('sell');
  const text = `${toText(fill.amount)} ${fill.symbol} at ${toText(fill.price)}, fee ${feeText(fill)}`;
  return `${utc(fill.at)}  ${side} ${printable(text)}  ${paint.dim(strategyId)}`;
}
