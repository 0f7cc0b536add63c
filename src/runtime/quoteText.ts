import { roundTo, toText, type Decimal } from '../core/domain/decimal.ts';

/** Quote for people: eight decimals are below anything an exchange books. */
export function quoteText(value: Decimal): string {
  return toText(roundTo(value, 8, 'half-even'));
}
