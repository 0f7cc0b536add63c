/** Play money: totals and what open orders lock, per asset, exact. */
import { add, subtract, ZERO, type Decimal } from '../../core/domain/decimal.ts';
import type { Balance } from '../../core/domain/fill.ts';
import type { Asset } from '../../core/domain/ids.ts';

/** What an account holds of one asset, free and locked together. */
export interface PaperBalance {
  readonly asset: Asset;
  readonly total: Decimal;
}

interface Entry {
  total: Decimal;
  locked: Decimal;
}

export class PaperAccount {
  readonly #entries = new Map<Asset, Entry>();

  constructor(balances: readonly PaperBalance[]) {
    for (const { asset, total } of balances) this.#entries.set(asset, { total, locked: ZERO });
  }

  free(asset: Asset): Decimal {
    const { total, locked } = this.#entry(asset);
    return subtract(total, locked);
  }

  /** What an order that locks `own` of this asset may spend. */
  available(asset: Asset, own: Decimal): Decimal {
    const { total, locked } = this.#entry(asset);
    return subtract(total, subtract(locked, own));
  }

  /** Replaces what an order locks of a balance. */
  relock(asset: Asset, before: Decimal, after: Decimal): void {
    const entry = this.#entry(asset);
    entry.locked = add(subtract(entry.locked, before), after);
  }

  receive(asset: Asset, amount: Decimal): void {
    const entry = this.#entry(asset);
    entry.total = add(entry.total, amount);
  }

  pay(asset: Asset, amount: Decimal): void {
    const entry = this.#entry(asset);
    entry.total = subtract(entry.total, amount);
  }

  balances(): Balance[] {
    return [...this.#entries].map(([asset, { total, locked }]) => ({
      asset,
      free: total.minus(locked),
      locked,
    }));
  }

  #entry(asset: Asset): Entry {
    let entry = this.#entries.get(asset);
    if (entry === undefined) {
      entry = { total: ZERO, locked: ZERO };
      this.#entries.set(asset, entry);
    }
    return entry;
  }
}
