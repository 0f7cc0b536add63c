/**
 * Faults that the program does not yet get over as it should, with what is missing. They do not occur unless they are asked for by
 * name (`--faults F1`, or `all`). Whoever mends one takes its line out.
 */
import { FAULT_IDS, isFaultId, type FaultId } from './faults.ts';

export const SWITCHED_OFF: Readonly<Partial<Record<FaultId, string>>> = {};

/** What may happen in a run of which nothing else is said. */
export const USUAL_IDS: readonly FaultId[] = FAULT_IDS.filter((id) => !(id in SWITCHED_OFF));

/** What `--faults` names: ids with commas, `none`, `all`. @returns what is wrong, as text */
export function readFaultIds(text: string | undefined): readonly FaultId[] | string {
  if (text === undefined) return USUAL_IDS;
  if (text === 'none') return [];
  if (text === 'all') return FAULT_IDS;
  const ids: FaultId[] = [];
  for (const id of text.split(',')) {
    if (!isFaultId(id)) return `--faults ${text}: "${id}" is no fault`;
    ids.push(id);
  }
  return ids;
}

/** The table for `--help`. */
export function switchedOffTable(): string {
  const rows = Object.entries(SWITCHED_OFF).map(([id, why]) => `  ${id.padEnd(5)} ${why}`);
  return rows.length === 0
    ? 'No fault is switched off.\n'
    : `Switched off, unless asked for by name:\n${rows.join('\n')}\n`;
}
