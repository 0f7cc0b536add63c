/** Colours by meaning, not by name. */

export interface Painter {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

const RESET = '\u001b[0m';

/** Plain text when not `enabled`. */
export function painter(enabled: boolean): Painter {
  const paint = (code: number) => (text: string) =>
    enabled && text !== '' ? `\u001b[${code}m${text}${RESET}` : text;
  return { good: paint(32), bad: paint(31), warn: paint(33), dim: paint(2), strong: paint(1) };
}

/** Red for a loss, green for a gain. */
export function profitColour(text: string, paint: Painter): (text: string) => string {
  if (Number(text) === 0) return (plain) => plain;
  return text.startsWith('-') ? paint.bad : paint.good;
}
