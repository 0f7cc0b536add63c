/** The exchange as a whole: reads and sets its global faults, latency and the state of its markets. */
import type { ConditionsDocument } from '../controlSchema.ts';
import type { ExchangeFilters } from '../engine/filters.ts';
import type { Latency, LatencyProfile } from '../latency.ts';
import { LATENCY_PROFILES } from '../latency.ts';
import type { World } from '../market/world.ts';
import { nearestWord } from '../../core/domain/nearest.ts';
import type { Conditions } from './conditions.ts';
import { EVERYBODY } from './conditions.ts';
import { filterProblems, filterWords, filtersOf } from './filterWords.ts';
import type { DocumentIssue } from './issues.ts';
import type { FaultRule } from './ruleSchema.ts';

type SymbolDocument = NonNullable<ConditionsDocument['symbols']>[string];

interface Parts {
  readonly world: World;
  readonly conditions: Conditions;
  readonly latency: Latency;
  /** The exchange's own wall clock. */
  readonly wallNowMs: () => number;
  /** The venue in a word, and the fields of a symbol or of the exchange that it has nothing like. */
  readonly venue: { readonly title: string; readonly lacks: ReadonlySet<string> };
}

export class Switchboard {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Applies what a document names, all of it or, when something does not fit this exchange, nothing. */
  apply(document: ConditionsDocument): DocumentIssue[] {
    const issues = this.#issuesOf(document);
    if (issues.length > 0) return issues;
    this.#setExchange(document);
    const { keys = {}, bans = {}, symbols = {} } = document;
    const { conditions, wallNowMs, world } = this.#parts;
    for (const [account, state] of Object.entries(keys)) conditions.setKey(account, state);
    for (const [account, seconds] of Object.entries(bans))
      conditions.ban(account, seconds === 0 ? 0 : wallNowMs() + seconds * 1_000);
    // Fields that are undefined are as good as absent: zod leaves out what was not sent.
    if (document.exchange) world.setExchangeFilters(document.exchange as Partial<ExchangeFilters>);
    for (const [id, symbol] of Object.entries(symbols)) this.#setSymbol(id, symbol);
    return [];
  }

  /** Rules that can never strike: they name an account or a market that this exchange does not have. */
  ruleIssues(rules: readonly FaultRule[]): DocumentIssue[] {
    const known = { account: this.#accounts(), symbol: this.#symbols() };
    return rules.flatMap(({ match = {} }, index) =>
      (['account', 'symbol'] as const).flatMap((field) => {
        const word = match[field];
        if (word === undefined || word.includes('*') || known[field].has(word)) return [];
        return [{ path: [index, 'match', field], ...unknownWord(word, known[field]) }];
      }),
    );
  }

  /** What is in force now, in the form that {@link apply} takes, where that has one. */
  reading(): object {
    const { conditions, latency, world } = this.#parts;
    return {
      clockSkewMs: conditions.clockSkewMs,
      maintenance: conditions.maintenance,
      weightLimitPerMinute: conditions.weightLimitPerMinute ?? null,
      orderLimitPer10s: conditions.orderLimitPer10s ?? null,
      latency: latency.profile,
      accounts: Object.fromEntries(
        [...this.#accounts()].map((id) => [
          id,
          { key: conditions.keyOf(id), bannedUntilMs: conditions.bannedUntilMs(id) },
        ]),
      ),
      exchange: this.#shown(world.engine.exchangeFilters),
      symbols: Object.fromEntries(
        world.instruments.map(({ id }) => {
          const { status, instrument } = world.engine.book(id);
          return [id, { status, ...this.#shown(filterWords(instrument)) }];
        }),
      ),
    };
  }

  #setExchange(document: ConditionsDocument): void {
    const { conditions, latency } = this.#parts;
    const { clockSkewMs, maintenance, weightLimitPerMinute: limit, orderLimitPer10s } = document;
    if (clockSkewMs !== undefined) conditions.clockSkewMs = clockSkewMs;
    if (maintenance !== undefined) conditions.maintenance = maintenance;
    if (limit !== undefined) conditions.weightLimitPerMinute = limit ?? undefined;
    if (orderLimitPer10s !== undefined) conditions.orderLimitPer10s = orderLimitPer10s ?? undefined;
    if (document.latency !== undefined) latency.use(latencyProfileOf(document.latency));
  }

  #accounts(): Set<string> {
    const { accounts } = this.#parts.world.engine;
    return new Set([...accounts.values()].filter(({ isHouse }) => !isHouse).map(({ id }) => id));
  }

  #symbols(): Set<string> {
    return new Set(this.#parts.world.instruments.map(({ id }) => id));
  }

  /** Of filters, those that the venue has. */
  #shown(filters: object): object {
    const { lacks } = this.#parts.venue;
    return Object.fromEntries(Object.entries(filters).filter(([name]) => !lacks.has(name)));
  }

  #issuesOf(document: ConditionsDocument): DocumentIssue[] {
    const { keys = {}, bans = {}, symbols = {}, exchange = {} } = document;
    const accounts = this.#accounts();
    const ids = this.#symbols();
    return [
      ...unknown('keys', keys, accounts),
      ...unknown('bans', bans, new Set([...accounts, EVERYBODY])),
      ...unknown('symbols', symbols, ids),
      ...this.#lackIssues(['exchange'], exchange),
      ...Object.entries(symbols)
        .filter(([id]) => ids.has(id))
        .flatMap(([id, symbol]) => this.#filterIssues(id, symbol)),
    ];
  }

  #filterIssues(id: string, symbol: SymbolDocument): DocumentIssue[] {
    const { instrument } = this.#parts.world.engine.book(id);
    const path = ['symbols', id];
    return [
      ...this.#lackIssues(path, symbol),
      ...filterProblems(instrument, symbol).map(({ field, problem }) => ({
        path: [...path, field],
        problem,
      })),
    ];
  }

  #lackIssues(path: readonly string[], fields: object): DocumentIssue[] {
    const { title, lacks } = this.#parts.venue;
    return Object.keys(fields)
      .filter((field) => lacks.has(field))
      .map((field) => ({ path: [...path, field], problem: `${title} has no such filter` }));
  }

  #setSymbol(id: string, symbol: SymbolDocument): void {
    const { world } = this.#parts;
    const { instrument } = world.engine.book(id);
    world.replaceInstrument(id, filtersOf(instrument, symbol));
    if (symbol.status !== undefined) world.setStatus(id, symbol.status);
  }
}

/** A profile by its name, or as it is written out. */
export function latencyProfileOf(
  latency: NonNullable<ConditionsDocument['latency']>,
): LatencyProfile {
  if (typeof latency === 'string') return LATENCY_PROFILES[latency];
  // Fields that are undefined are as good as absent: nothing asks which are there.
  return latency as LatencyProfile;
}

function unknown(
  field: string,
  entries: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): DocumentIssue[] {
  return Object.keys(entries)
    .filter((name) => !known.has(name))
    .map((name) => ({ path: [field, name], ...unknownWord(name, known) }));
}

function unknownWord(word: string, known: ReadonlySet<string>): Omit<DocumentIssue, 'path'> {
  const nearest = nearestWord(word, known);
  const problem = `unknown; there are ${[...known].join(', ')}`;
  return { problem, ...(nearest !== undefined && { nearest }) };
}
