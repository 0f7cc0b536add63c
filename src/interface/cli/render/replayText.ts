/** What a replay came to, for people. */
import { basename } from 'node:path';
import type { ReplayedFile } from '../../app.ts';
import { numberText } from './dataText.ts';
import { utc } from './values.ts';

const NO_COMMAND = 'no command';

export function replayLines(replayed: ReplayedFile): string[] {
  const { file, events, commands, from, to, difference } = replayed;
  const name = basename(file);
  if (difference) {
    const { event, kind, at, recorded, replayed: now } = difference;
    const [before, after] = firstUnlike(recorded, now);
    return [
      `${name}: DIFFERS at event ${numberText(event)} (${kind}, market time ${utc(at)})`,
      `  then: ${before}`,
      `  now:  ${after}`,
    ];
  }
  const span = events > 0 ? `, market time ${utc(from)} to ${utc(to)}` : '';
  return [
    `${name}: identical; ${numberText(events)} events led to the same ${numberText(commands)} commands${span}`,
    ...endLines(replayed),
  ];
}

/** The first command of two lists that is not the same; the whole where one of them is no list. */
function firstUnlike(recorded: string, replayed: string): readonly [string, string] {
  const then = commandsIn(recorded);
  const now = commandsIn(replayed);
  if (!then || !now) return [recorded, replayed];
  const place = [...then, ...now].findIndex((_text, each) => then[each] !== now[each]);
  return [then[place] ?? NO_COMMAND, now[place] ?? NO_COMMAND];
}

function commandsIn(text: string): string[] | undefined {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.map((item) => JSON.stringify(item)) : undefined;
}

/** What is missing of a run that was not ended in order, or goes on. */
function endLines({ isWhole, tornBytes }: ReplayedFile): string[] {
  if (isWhole) return [];
  const torn = tornBytes > 0 ? `, ${numberText(tornBytes)} bytes at the end cannot be read` : '';
  return [
    `  it has no end: the run goes on, was killed, or its recording was stopped; the last second before may be missing${torn}`,
  ];
}
