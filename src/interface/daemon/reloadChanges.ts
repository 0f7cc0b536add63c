/** What a reload changes, for whoever asked for it. */
import type { StatusDocument } from '../../runtime/statusDocument.ts';
import type { ConfigSummary } from '../app.ts';
import { fieldsOf } from '../fields.ts';

export interface ReloadChanges {
  /** Ids, in the order of the files. */
  readonly strategies: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
  /** Keys of the configuration file whose values are others. */
  readonly settings: readonly string[];
}

export interface ReloadResult extends ReloadChanges {
  readonly changed: boolean;
  readonly hash: string;
  /** What strategies that were removed hold: nothing sells or protects it. */
  readonly held: StatusDocument['unmanaged'];
}

export function changesBetween(before: ConfigSummary, after: ConfigSummary): ReloadChanges {
  const old = new Map(before.strategies.map(({ id, hash }) => [id, hash]));
  const now = new Map(after.strategies.map(({ id, hash }) => [id, hash]));
  const ids = [...now.keys()];
  return {
    strategies: {
      added: ids.filter((id) => !old.has(id)),
      changed: ids.filter((id) => old.has(id) && old.get(id) !== now.get(id)),
      removed: [...old.keys()].filter((id) => !now.has(id)),
    },
    settings: settingsBetween(settingsOf(before), settingsOf(after)),
  };
}

/** One line for each kind of change; none when nothing that matters is different. */
export function changeLines({ strategies, settings }: ReloadChanges): string[] {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ['added', strategies.added],
    ['changed', strategies.changed],
    ['removed', strategies.removed],
    ['settings', settings],
  ];
  return kinds
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${kind}: ${names.join(', ')}`);
}

/** What becomes of the position of a strategy that is not configured any more. */
export function heldWords({ strategy, symbol, amount }: ReloadResult['held'][number]): string {
  return `${strategy} was removed and holds ${amount} of ${symbol}: nothing sells or protects it; it stays in \`plimsoll status\` until it is sold or the strategy is configured again`;
}

/** Key path and value, as text, of every setting. */
function settingsOf({ effective }: ConfigSummary): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    const fields = fieldsOf(value);
    if (!fields) found.set(path, JSON.stringify(value));
    else
      for (const [key, each] of Object.entries(fields))
        walk(each, path === '' ? key : `${path}.${key}`);
  };
  walk(fieldsOf(effective)?.['config'] ?? {}, '');
  return found;
}

function settingsBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key));
}
