/** Change of the equity by month, a row for each year. */
import type { BacktestReport } from '../../research/reportSchema.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** A change of this size has the full colour. */
const FULL = 0.1;
const DIM = 0.12;

export function heatMap({ months }: BacktestReport): string {
  const byMonth = new Map(months.map((each) => [each.month, each.return]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))];
  const head = ['Year', ...MONTHS, 'All'].map((title) => `<th>${title}</th>`).join('');
  const rows = years.map((year) => {
    const changes = MONTHS.map((_name, at) =>
      byMonth.get(`${year}-${String(at + 1).padStart(2, '0')}`),
    );
    const whole = changes.reduce<number>((growth, change = 0) => growth * (1 + change), 1) - 1;
    return `<tr><th>${year}</th>${[...changes, whole].map(cell).join('')}</tr>`;
  });
  return `<div class="scroll"><table class="heat"><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function cell(change: number | undefined): string {
  if (change === undefined) return '<td></td>';
  const strength = change === 0 ? 0 : DIM + Math.min(1, Math.abs(change) / FULL) * (1 - DIM);
  const colour = change < 0 ? 'var(--bad)' : 'var(--good)';
  const share = (strength * 60).toFixed(0);
  return `<td style="background:color-mix(in srgb, ${colour} ${share}%, transparent)">${(change * 100).toFixed(1)}</td>`;
}
