/** What a person must act on, in lines. */
import type { AttentionItem } from '../../../core/reporting/attention.ts';
import type { Painter } from './colour.ts';
import { printable } from './text.ts';
import { utcText } from './values.ts';

/** Subjects of one line; a condition that all markets share names some. */
const SUBJECTS_SHOWN = 4;

/** Two lines for each condition: what is the case, and what to do. What differs only in its subject stands together. */
export function attentionLines(items: readonly AttentionItem[], paint: Painter): string[] {
  return [...grouped(items).values()].flatMap((group) => linesOf(group, paint));
}

function grouped(items: readonly AttentionItem[]): Map<string, readonly AttentionItem[]> {
  const groups = new Map<string, readonly AttentionItem[]>();
  for (const item of items) {
    const key = `${item.code} ${item.text}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function linesOf(group: readonly AttentionItem[], paint: Painter): string[] {
  const [first] = group;
  if (!first) return [];
  const subjects = group.map(subjectOf).filter((subject) => subject !== '');
  const about = subjects.length === 0 ? '' : ` ${printable(listed(subjects))}`;
  const { code, text, action } = first;
  const since = sinceText(group);
  const commands = new Set(group.map(({ command }) => command));
  const [command] = commands;
  const does = command === null ? '' : `: \`${printable(command ?? '')}\``;
  const others = commands.size > 1 ? ' and so on' : '';
  return [
    paint.warn(`! ${code}${about}: ${printable(text)}${paint.dim(` (${since})`)}`),
    `  ${printable(action)}${does}${others}`,
  ];
}

function subjectOf({ order, strategy, symbol }: AttentionItem): string {
  return [strategy, symbol, order].filter((name) => name !== null).join(' ');
}

function listed(subjects: readonly string[]): string {
  const more = subjects.length - SUBJECTS_SHOWN;
  const shown = subjects.slice(0, SUBJECTS_SHOWN).join(', ');
  return more > 0 ? `${shown} … ${more} more` : shown;
}

/** Of a group the first began it. */
function sinceText(group: readonly AttentionItem[]): string {
  const wall = earliest(group.map(({ since_wall: at }) => at));
  const market = earliest(group.map(({ since_market: at }) => at));
  if (wall === undefined) return `since ${utcText(market ?? null)} market time`;
  return `since ${utcText(wall)}`;
}

function earliest(times: readonly (string | null)[]): string | undefined {
  const known = times.filter((at) => at !== null).sort();
  return known[0];
}
