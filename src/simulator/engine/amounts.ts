/**
 * Exact amounts of the simulated exchange: scaled integers, never floats.
 * Every asset amount is a bigint count of 10⁻⁸ units ("atoms"), as on the venues this simulator speaks for.
 */

/** Decimals of every asset amount on the wire and in the accounts. */
export const ASSET_DECIMALS = 8;

/**
 * Product of two safe integers. As a float it is exact whenever it is a safe integer: were the true product
 * 2⁵³ or more, the rounded one would be so too. That spares the BigInt arithmetic of nearly every amount.
 */
export function exactProduct(a: number, b: number): bigint {
  const product = a * b;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(a) * BigInt(b);
}

const DECIMAL_TEXT = /^(\d+)(?:\.(\d*))?$/;

/**
 * Reads plain decimal text ("12.50") as an integer of 10^-decimals units.
 * @returns undefined when the text is not a plain non-negative decimal; `'TOO_PRECISE'` when digits would be lost.
 */
export function parseScaled(text: string, decimals: number): bigint | 'TOO_PRECISE' | undefined {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return undefined;
  const whole = match[1] ?? '0';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return 'TOO_PRECISE';
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** Writes an integer of 10^-decimals units with exactly `shown` decimals (`shown` ≥ `decimals`). */
export function formatScaled(
  value: bigint | number,
  decimals: number,
  shown: number = decimals,
): string {
  const negative = value < 0;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = (decimals === 0 ? '' : digits.slice(-decimals)).padEnd(shown, '0');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : '.'}${fraction}`;
}

/** Writes an asset amount in atoms the way the venues do: always 8 decimals. */
export function formatAtoms(atoms: bigint): string {
  return formatScaled(atoms, ASSET_DECIMALS);
}

/**
 * Reads an asset amount into atoms.
 * @throws Error when the text is not a plain decimal of at most 8 decimals.
 */
export function atomsOf(text: string): bigint {
  const atoms = parseScaled(text, ASSET_DECIMALS);
  if (typeof atoms !== 'bigint') {
    throw new Error(`not an asset amount of at most ${String(ASSET_DECIMALS)} decimals: "${text}"`);
  }
  return atoms;
}

/** How many of the decimals of a plain decimal text carry information. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.slice(point + 1).replace(/0+$/, '').length;
}
