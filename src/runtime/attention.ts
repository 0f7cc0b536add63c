/**
 * What needs a person now: the conditions of engine, runtime and composition, in words. Each reading is made anew; all that is
 * remembered is when this run saw a condition first, for those that know no time of their own, and which the log was told of.
 */
import type { Condition } from '../core/domain/attention.ts';
import {
  attentionItem,
  byImportance,
  conditionKey,
  type AttentionItem,
} from '../core/reporting/attention.ts';
import { runtimeConditions, type QueueWord, type Running } from './conditions.ts';
import type { Parts, TraderDeps } from './parts.ts';
import { QUEUE_WAIT } from './patience.ts';
import type { Upkeep } from './upkeep.ts';

/** Entries of one reading; beyond that many nobody reads on. */
const ITEMS_MAX = 500;

export class Attention {
  readonly #deps: TraderDeps;
  /** Wall time at which each present condition was first seen. */
  #seen: ReadonlyMap<string, number> = new Map();
  #logged: ReadonlyMap<string, AttentionItem> = new Map();

  constructor(deps: TraderDeps) {
    this.#deps = deps;
  }

  /**
   * @param running undefined before boot: then only what the composition knows.
   * @param waiting what a start waits for, in words; empty when it does not wait.
   */
  read(running: Running | undefined, waiting = ''): AttentionItem[] {
    return [...this.#read(running, waiting).values()];
  }

  /** Logs what has come up and what is over since the last call. */
  async watch(parts: Parts, upkeep: Upkeep): Promise<void> {
    const items = this.#read({ parts, upkeep, queue: await queueWord(this.#deps) }, '');
    const { logger } = this.#deps;
    for (const [key, item] of items)
      if (!this.#logged.has(key)) logger.warn(subjectOf(item), `needs attention: ${item.text}`);
    for (const [key, item] of this.#logged)
      if (!items.has(key)) logger.info(subjectOf(item), `is over: ${item.text}`);
    this.#logged = items;
  }

  #read(running: Running | undefined, waiting: string): Map<string, AttentionItem> {
    const deps = this.#deps;
    const conditions: Condition[] = running
      ? runtimeConditions({ deps, ...running })
      : [...(deps.conditions?.() ?? [])];
    if (waiting !== '') {
      const code = waiting.startsWith(QUEUE_WAIT) ? 'queue.waited_for' : 'exchange.waited_for';
      conditions.push({ code, inputs: { waiting } });
    }
    const now = deps.clock.wallMs();
    const seen = new Map<string, number>();
    const items = new Map<string, AttentionItem>();
    for (const condition of conditions.sort(byImportance).slice(0, ITEMS_MAX)) {
      const key = conditionKey(condition);
      const firstMs = this.#seen.get(key) ?? now;
      seen.set(key, firstMs);
      items.set(key, attentionItem(condition, firstMs));
    }
    this.#seen = seen;
    return items;
  }
}

/** What the queue says of itself, or why it says nothing; where there is none, nothing is wrong with it. */
export function queueWord({ queue }: Pick<TraderDeps, 'queue'>): Promise<QueueWord> {
  if (!queue) return Promise.resolve({ waiting: 0, active: 0, failed: 0, warning: '' });
  return queue.stats().catch((error: unknown) => ({
    trouble: error instanceof Error ? error.message : String(error),
  }));
}

function subjectOf({ code, symbol, strategy, order }: AttentionItem): Record<string, string> {
  return {
    attention: code,
    ...(symbol !== null && { symbol }),
    ...(strategy !== null && { strategy }),
    ...(order !== null && { order }),
  };
}
