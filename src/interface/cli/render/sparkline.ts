/** A series as one line of small bars. */

const BARS = '▁▂▃▄▅▆▇█';

/** At most `width` characters; empty for fewer than two values. Each is the mean of its share of the values. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length < 2) return '';
  const count = Math.min(values.length, width);
  const means = Array.from({ length: count }, (_each, at) => {
    const part = values.slice(
      Math.floor((at * values.length) / count),
      Math.floor(((at + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const step = (high - low) / (BARS.length - 1);
  return means
    .map((value) => BARS[step === 0 ? 0 : Math.round((value - low) / step)] ?? '')
    .join('');
}
