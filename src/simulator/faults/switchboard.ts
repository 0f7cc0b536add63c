/** The exchange as a whole: reads and sets its global faults, latency and the state of its markets. */
import type { ConditionsDocument } from './conditionsSchema.ts';
import type { ExchangeFilters } from '../engine/filters.ts';
import type { Latency, LatencyProfile } from '../latency.ts';
import { LATENCY_PROFILES } from '../latency.ts';
import type { FeeAssetOptions } from '../market/inputs.ts';
import type { Market } from '../market/market.ts';
import { feeAssetOf } from '../market/worldOptions.ts';
import type { World } from '../market/world.ts';
import { nearestWord } from '../../core/domain/nearest.ts';
import type { Acts } from './acts.ts';
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
  readonly acts: Acts;
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
    this.#setWorld(document);
    const { keys = {}, bans = {}, symbols = {} } = document;
    const { conditions, wallNowMs } = this.#parts;
    for (const [account, state] of Object.entries(keys)) conditions.setKey(account, state);
    for (const [account, seconds] of Object.entries(bans))
      conditions.ban(account, seconds === 0 ? 0 : wallNowMs() + seconds * 1_000);
    for (const [id, symbol] of Object.entries(symbols)) this.#setSymbol(id, symbol);
    return [];
  }

  /** What is wrong with rules: they name an account or a market that this exchange does not have, or what they do cannot be done here. */
  ruleIssues(rules: readonly FaultRule[]): DocumentIssue[] {
    return [
      ...this.#matchIssues(rules),
      ...rules.flatMap((rule, index) => this.#actionIssues(rule, index)),
    ];
  }

  #actionIssues({ action }: FaultRule, index: number): DocumentIssue[] {
    if (action.type !== 'meanwhile') return [];
    const under = (field: string, issues: readonly DocumentIssue[]): DocumentIssue[] =>
      issues.map((issue) => ({ ...issue, path: [index, 'action', field, ...issue.path] }));
    return [
      ...under('conditions', this.#issuesOf(action.conditions ?? {})),
      ...under('acts', this.#parts.acts.issuesOf(action.acts ?? [])),
    ];
  }

  #matchIssues(rules: readonly FaultRule[]): DocumentIssue[] {
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
          {
            key: conditions.keyOf(id),
            bannedUntilMs: conditions.bannedUntilMs(id),
            feeAsset: world.engine.accounts.get(id)?.feeAsset?.asset ?? null,
          },
        ]),
      ),
      exchange: this.#shown(world.engine.exchangeFilters),
      symbols: Object.fromEntries(
        world.instruments.map(({ id }) => {
          const { status, instrument } = world.engine.book(id);
          return [
            id,
            { status, ...marketWords(world.market(id)), ...this.#shown(filterWords(instrument)) },
          ];
        }),
      ),
    };
  }

  /** Fields that are undefined are as good as absent: nothing asks which are there. */
  #setWorld({ exchange, feeAssets = {} }: ConditionsDocument): void {
    const { world } = this.#parts;
    if (exchange !== undefined) world.setExchangeFilters(exchange as Partial<ExchangeFilters>);
    for (const [account, asset] of Object.entries(feeAssets))
      world.setFeeAsset(account, asset as FeeAssetOptions | null);
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
    const { keys = {}, bans = {}, symbols = {}, exchange = {}, feeAssets = {} } = document;
    const accounts = this.#accounts();
    const ids = this.#symbols();
    return [
      ...unknown('keys', keys, accounts),
      ...unknown('bans', bans, new Set([...accounts, EVERYBODY])),
      ...unknown('symbols', symbols, ids),
      ...unknown('feeAssets', feeAssets, accounts),
      ...this.#feeAssetIssues(feeAssets),
      ...this.#lackIssues(['exchange'], exchange),
      ...Object.entries(symbols)
        .filter(([id]) => ids.has(id))
        .flatMap(([id, symbol]) => this.#filterIssues(id, symbol)),
    ];
  }

  #setStamps(id: string, { candles, fractionalTimes }: SymbolDocument): void {
    const market = this.#parts.world.market(id);
    const { candleOffsetMs, candleLateMs, hasFractions } = market.stamps;
    market.stamps = {
      candleOffsetMs: candles?.offsetMs ?? candleOffsetMs,
      candleLateMs: candles?.lateMs ?? candleLateMs,
      hasFractions: fractionalTimes ?? hasFractions,
    };
  }

  #feeAssetIssues(feeAssets: NonNullable<ConditionsDocument['feeAssets']>): DocumentIssue[] {
    const { title, lacks } = this.#parts.venue;
    return Object.entries(feeAssets).flatMap(([id, asset]) => {
      const path = ['feeAssets', id];
      if (asset === null) return [];
      if (lacks.has('feeAssets'))
        return [{ path, problem: `${title} takes fees from what is received` }];
      try {
        feeAssetOf(asset as FeeAssetOptions);
        return [];
      } catch (error) {
        return [{ path, problem: error instanceof Error ? error.message : String(error) }];
      }
    });
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
    if (symbol.flow !== undefined) world.setFlow(id, symbol.flow);
    this.#setStamps(id, symbol);
  }
}

/** How lively a market is, and how it is stamped. */
function marketWords({ flow, stamps }: Market): object {
  const candles = { offsetMs: stamps.candleOffsetMs, lateMs: stamps.candleLateMs };
  return { flow, candles, fractionalTimes: stamps.hasFractions };
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
