/** What a reload changes, for whoever asked for it. */
import { formerId } from '../../core/domain/formerId.ts';
import { marketSymbol, strategyId } from '../../core/domain/ids.ts';
import type { StatusDocument } from '../../runtime/statusDocument.ts';
import type { ConfigIssue, ConfigSummary } from '../app.ts';
import { fieldsOf } from '../fields.ts';

export interface ReloadChanges {
  /** Ids, in the order of the files; one whose market was changed is a new one, and the old one is removed: `dca-btc@BTC-USDT`. */
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
  /** What of the new configuration is probably not meant, or cannot trade. */
  readonly warnings: readonly ConfigIssue[];
}

export function changesBetween(before: ConfigSummary, after: ConfigSummary): ReloadChanges {
  const old = new Map(before.strategies.map((each) => [each.id, each]));
  const now = new Map(after.strategies.map((each) => [each.id, each]));
  const isSame = ({ id, symbol }: Strategy): boolean => old.get(id)?.symbol === symbol;
  return {
    strategies: {
      added: idsOf(after.strategies.filter((each) => !isSame(each))),
      changed: idsOf(
        after.strategies.filter((each) => isSame(each) && old.get(each.id)?.hash !== each.hash),
      ),
      removed: before.strategies.flatMap(({ id, symbol }) => {
        const next = now.get(id);
        if (!next) return [id];
        return next.symbol === symbol ? [] : [formerId(strategyId(id), marketSymbol(symbol))];
      }),
    },
    settings: settingsBetween(settingsOf(before), settingsOf(after)),
  };
}

type Strategy = ConfigSummary['strategies'][number];

const idsOf = (strategies: readonly Strategy[]): string[] => strategies.map(({ id }) => id);

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
  return `${strategy} was removed and holds ${amount} of ${symbol}: nothing sells or protects it; \`plimsoll close ${strategy}\` sells it, and a strategy that is configured again for this market has it again`;
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
