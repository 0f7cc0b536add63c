/**
 * The program's arithmetic against decimal.js, which shares nothing with it: random operations on numbers of all magnitudes, each
 * compared to the last digit. What comes of an operation is used again, so that numbers in every inner form occur.
 */
import { Decimal } from 'decimal.js';
import {
  ceilToStep,
  dec,
  divide,
  floorToStep,
  isOnStep,
  roundTo,
  type Amount,
  type Rounding,
} from '../../src/core/domain/amount.ts';

/** More digits than any result has. */
const Oracle = Decimal.clone({ precision: 4_000, toExpNeg: -9e15, toExpPos: 9e15 });

const ROUNDINGS: Readonly<Record<Rounding, Decimal.Rounding>> = {
  down: Decimal.ROUND_DOWN,
  floor: Decimal.ROUND_FLOOR,
  ceil: Decimal.ROUND_CEIL,
  'half-even': Decimal.ROUND_HALF_EVEN,
};
const ROUNDING_NAMES = Object.keys(ROUNDINGS) as readonly Rounding[];
const STEPS = ['1', '0.1', '0.01', '0.00000001', '0.05', '0.25', '0.0025', '10', '500', '3'].map(
  (text) => dec(text),
);
/** Numbers that are at hand as operands; and digits and decimals of a new one at most. */
const POOL = 64;
const DIGITS_MAX = 34;
const PLACES_MAX = 24;
/** A result longer than this is not used again. */
const LENGTH_MAX = 80;

/** What differed, in words. */
export interface Difference {
  readonly operation: string;
  readonly got: string;
  readonly expected: string;
}

/** Does `count` random operations; stops at the first that differs. */
export function findDifference(count: number, seed: number): Difference | undefined {
  const dice = new Dice(seed);
  const pool = Array.from({ length: POOL }, () => dice.number());
  for (let done = 0; done < count; done += 1) {
    const a = dice.of(pool);
    const b = dice.of(pool);
    const { operation, got, expected } = tried(dice, a, b);
    const text = got instanceof Object ? got.toString() : String(got);
    if (text !== expected) return { operation, got: text, expected };
    pool[dice.below(POOL)] =
      got instanceof Object && text.length < LENGTH_MAX && dice.below(4) > 0 ? got : dice.number();
  }
  return undefined;
}

interface Tried {
  readonly operation: string;
  readonly got: Amount | boolean | number;
  readonly expected: string;
}

/** What an operation works on: two numbers as we hold them and as decimal.js does, and what else it may need. */
interface Operands {
  readonly a: Amount;
  readonly b: Amount;
  readonly x: Decimal;
  readonly y: Decimal;
  readonly places: number;
  readonly rounding: Rounding;
  readonly step: Amount;
}

type Operation = (
  operands: Operands,
) => readonly [words: string, got: Tried['got'], expected: Decimal | boolean | number];

const stepped = ({ x, step }: Operands, way: Decimal.Rounding): Decimal =>
  x.div(oracleOf(step)).toDecimalPlaces(0, way).mul(oracleOf(step));

const OPERATIONS: readonly Operation[] = [
  ({ a, b, x, y }) => ['+', a.plus(b), x.plus(y)],
  ({ a, b, x, y }) => ['-', a.minus(b), x.minus(y)],
  ({ a, b, x, y }) => ['*', a.times(b), x.times(y)],
  ({ a, b, x, y }) => ['<=>', a.compare(b), x.cmp(y)],
  ({ a, x }) => ['negated', a.neg(), x.neg()],
  ({ a, x }) => ['read again', dec(a.toString()).abs(), x.abs()],
  ({ a, x }) => ['as a float', a.toNumber(), Number(textOf(x))],
  ({ a, b, x, y, places, rounding }) =>
    b.isZero()
      ? ['less itself', a.minus(a), 0]
      : ['/', divide(a, b, places, rounding), quotientOf(x, y, places, rounding)],
  ({ a, x, places, rounding }) => [
    'rounded',
    roundTo(a, places, rounding),
    x.toDecimalPlaces(places, ROUNDINGS[rounding]),
  ],
  ({ a, places, rounding }) => {
    const tie = roundTo(a, 0, 'down')
      .plus('0.5')
      .times(dec(`1e-${String(places)}`));
    const expected = oracleOf(tie).toDecimalPlaces(places, ROUNDINGS[rounding]);
    return ['and a half, rounded', roundTo(tie, places, rounding), expected];
  },
  (all) => ['floor', floorToStep(all.a, all.step), stepped(all, Decimal.ROUND_FLOOR)],
  (all) => ['ceil', ceilToStep(all.a, all.step), stepped(all, Decimal.ROUND_CEIL)],
  ({ a, x, step }) => ['on step', isOnStep(a, step), x.mod(oracleOf(step)).isZero()],
];

/** One operation on two numbers, and what decimal.js says. */
function tried(dice: Dice, a: Amount, b: Amount): Tried {
  const places = dice.below(PLACES_MAX);
  const rounding = dice.of(ROUNDING_NAMES);
  const step = dice.of(STEPS);
  const operands = { a, b, x: oracleOf(a), y: oracleOf(b), places, rounding, step };
  const [words, got, expected] = dice.of(OPERATIONS)(operands);
  const operation = [a, words, b, places, rounding, step].join(' ');
  return {
    operation,
    got,
    expected: expected instanceof Oracle ? textOf(expected) : String(expected),
  };
}

/** Exact: the quotient of two whole numbers and what is left of it decide, no cut-off digit. */
function quotientOf(x: Decimal, y: Decimal, places: number, rounding: Rounding): Decimal {
  const unit = new Oracle(10).pow(-places);
  const by = y.mul(unit);
  const whole = x.divToInt(by);
  const rest = x.minus(whole.mul(by));
  if (rest.isZero()) return whole.mul(unit);
  const away = rest.isNegative() === by.isNegative() ? 1 : -1;
  const isAway = {
    down: false,
    floor: away < 0,
    ceil: away > 0,
    'half-even':
      rest.abs().mul(2).gt(by.abs()) || (rest.abs().mul(2).eq(by.abs()) && !whole.mod(2).isZero()),
  }[rounding];
  return whole.plus(isAway ? away : 0).mul(unit);
}

function oracleOf(value: Amount): Decimal {
  return new Oracle(value.units.toString()).mul(new Oracle(10).pow(-value.scale));
}

function textOf(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

/** Seeded chance (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  /** A number of any size: small and large, with and without zeros at its end, and around the last safe integer. */
  number(): Amount {
    const sign = this.below(2) === 0 ? '' : '-';
    const places = this.below(PLACES_MAX);
    switch (this.below(8)) {
      case 0:
        return dec(`${sign}${String(this.below(1_000))}`);
      case 1:
        return dec(`${sign}${String(Number.MAX_SAFE_INTEGER - this.below(9))}e-${String(places)}`);
      case 2:
        return dec(`${sign}900719925474099${String(this.below(10))}e-${String(places)}`);
      case 3:
        return dec(`${sign}${String(this.below(100))}e${String(this.below(20))}`);
      default:
        return dec(`${sign}${this.#digits()}e-${String(places)}`);
    }
  }

  #digits(): string {
    let digits = '';
    for (let left = 1 + this.below(DIGITS_MAX); left > 0; left -= 1)
      digits += String(this.below(10));
    return digits;
  }
}
