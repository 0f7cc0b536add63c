/** What a person must act on, in lines. */
import type { AttentionItem } from '../../../core/reporting/attention.ts';
import type { Block } from './layout.ts';
import type { Look } from './look.ts';
import { printable, wrapped } from './text.ts';
import { utcText } from './values.ts';

/** Subjects of one line; a condition that all markets share names some. */
const SUBJECTS_SHOWN = 4;

/** What is the case, and below it what to do; what differs only in its subject stands together. */
export function attentionLines(items: readonly AttentionItem[], look: Look): string[] {
  return [...grouped(items).values()].flatMap((group) => linesOf(group, look));
}

/** The same for a screen: at most half of it, whole entries, and how many more there are. */
export function attentionBlock(items: readonly AttentionItem[], look: Look, rank: number): Block {
  const groups = [...grouped(items).values()];
  return {
    lines: (height) => shownIn(groups, height, look),
    least: Math.min(1, groups.length),
    rank,
    most: (height) => Math.max(1, Math.floor(height / 2)),
  };
}

function shownIn(
  groups: readonly (readonly AttentionItem[])[],
  height: number,
  look: Look,
): string[] {
  const all = groups.map((group) => linesOf(group, look));
  if (all.flat().length <= height) return all.flat();
  const shown: string[] = [];
  let left = groups.length;
  for (const lines of all) {
    if (shown.length + lines.length > height - 1) break;
    shown.push(...lines);
    left -= 1;
  }
  const what = shown.length === 0 ? 'things need attention' : 'more need attention';
  return [...shown, look.paint.warn(`! ${left} ${what}: \`plimsoll status\` lists them`)];
}

function grouped(items: readonly AttentionItem[]): Map<string, readonly AttentionItem[]> {
  const groups = new Map<string, readonly AttentionItem[]>();
  for (const item of items) {
    const key = `${item.code} ${item.text}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function linesOf(group: readonly AttentionItem[], { paint, width }: Look): string[] {
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
  const fact = `! ${code}${about}: ${printable(text)} (${since})`;
  const todo = `${printable(action)}${does}${others}`;
  return [
    ...wrapped(fact, width - INDENT.length).map((line, index) =>
      paint.warn(index === 0 ? line : INDENT + line),
    ),
    ...wrapped(todo, width - INDENT.length).map((line) => INDENT + line),
  ];
}

const INDENT = '  ';

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
