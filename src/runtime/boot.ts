/** From the journal and the exchange's rules to an engine that stands where the last run stopped. */
import type { Asset, MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { LedgerBalance } from '../core/domain/position.ts';
import { isAboveZero, toText, ZERO } from '../core/domain/decimal.ts';
import type { Balance } from '../core/domain/fill.ts';
import { createEngine } from '../core/engine/create.ts';
import { plainEngine } from '../core/engine/recorded.ts';
import type { EngineSetup, EngineState } from '../core/engine/state.ts';
import { restoreLedger } from '../core/ledger/ledger.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import { placeOf } from '../core/strategies/fitness.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Journal, Recovered, StepRecord } from '../ports/journal.ts';
import type { Recorder } from '../ports/recorder.ts';
import { readListed, type Listed } from './listed.ts';
import { notesRecord, openingRecord } from './stepRecord.ts';

export interface BootDeps {
  readonly journal: Journal;
  readonly gateway: Pick<ExchangeGateway, 'instruments' | 'balances'>;
  readonly limits: RiskLimits;
  readonly strategies: readonly { readonly spec: StrategySpec; readonly strategy: Strategy }[];
  readonly wallMs: number;
  /** Absent: nothing is recorded. */
  readonly recorder?: Recorder | undefined;
}

export interface Booted {
  readonly state: EngineState;
  readonly recovered: Recovered;
  /** Markets that are traded. */
  readonly symbols: readonly MarketSymbol[];
  /** Live orders of these markets. */
  readonly orders: readonly OrderRecord[];
  /** Markets that were traded before and that the exchange does not trade any more. */
  readonly gone: Listed['gone'];
  /** Markets of strategies that the exchange does not list: most likely misspelt. */
  readonly unlisted: Listed['gone'];
}

/**
 * Rebuilds the engine. The first time it takes the exchange's balances as opening balances; later they come from the journal.
 * Assets met for the first time are opened with what the exchange says now.
 */
export async function boot(deps: BootDeps, recovered: Recovered): Promise<Booted> {
  const { journal, gateway, limits, strategies } = deps;
  const traded = tradedBefore(deps, recovered);
  const listed = await readListed(gateway, symbolsOf(deps, recovered));
  const { instruments } = listed;
  if (instruments.length === 0) throw nothingListed(listed.gone, strategies);
  const gone = listed.gone.filter(({ symbol }) => traded.has(symbol));
  const unlisted = listed.gone.filter(({ symbol }) => !traded.has(symbol));
  const symbols = instruments.map(({ symbol }) => symbol);
  const orders = recovered.orders.filter(({ intent }) => symbols.includes(intent.symbol));
  const balances = await openBooks(deps, instruments, recovered);
  if (balances.length > recovered.balances.length)
    journal.commit(openingRecord(balances, deps.wallMs));
  if (gone.length > 0) journal.commit(goneRecord(gone, recovered, deps.wallMs));
  const setup: EngineSetup = {
    instanceId: recovered.instanceId,
    runId: recovered.runId,
    limits,
    instruments,
    strategies: strategies.filter(({ spec }) => symbols.includes(spec.symbol)),
    ledger: restoreLedger(balances, recovered.positions),
    nextSequence: recovered.nextSequence,
    now: recovered.lastStepAt,
    paused: recovered.flags.paused,
    halted: recovered.flags.halted,
    orders,
  };
  const { epoch } = recovered;
  deps.recorder?.begin({ epoch, ...plainEngine(setup, recovered.strategies) });
  const state = createEngine(setup, recovered.strategies);
  return { state, recovered, symbols, orders, gone, unlisted };
}

/** Markets of the strategies, and those where an order or a position of a former strategy remains. */
function symbolsOf(deps: BootDeps, recovered: Recovered): MarketSymbol[] {
  const symbols = new Set(deps.strategies.map(({ spec }) => spec.symbol));
  for (const { intent } of recovered.orders) symbols.add(intent.symbol);
  for (const { symbol, amount } of recovered.positions) if (!amount.isZero()) symbols.add(symbol);
  return [...symbols];
}

/** Markets that have a place in the books. */
function tradedBefore(deps: BootDeps, recovered: Recovered): Set<MarketSymbol> {
  const symbols = [
    ...recovered.orders.map(({ intent }) => intent.symbol),
    ...recovered.positions.map(({ symbol }) => symbol),
    ...deps.strategies
      .filter(({ spec }) => recovered.strategies.has(spec.id))
      .map(({ spec }) => spec.symbol),
  ];
  return new Set(symbols);
}

/** With nothing to trade there is nothing to start. */
function nothingListed(gone: Listed['gone'], strategies: BootDeps['strategies']): Error {
  const words = strategies.map(({ spec }) => {
    const why = gone.find(({ symbol }) => symbol === spec.symbol)?.why ?? '';
    return `${placeOf(spec, 'symbol')}: strategy ${spec.id}: ${why}`;
  });
  return new Error(`SYMBOL_UNKNOWN: no market is left to trade\n${words.join('\n')}`);
}

/** The alarm for each market that is gone. Its orders are left as they are: the exchange has ended them, or keeps them still. */
function goneRecord(gone: Listed['gone'], recovered: Recovered, wallMs: number): StepRecord {
  const at = recovered.lastStepAt;
  const notes = gone.map(({ symbol, why }) => {
    const orders = recovered.orders.filter(({ intent }) => intent.symbol === symbol).length;
    return { at, code: 'MARKET_GONE', symbol, inputs: { symbol, orders, why } };
  });
  return notesRecord(notes, at, wallMs);
}

/** The file of the books is there and empty: taken for new ones, what the old ones held would be nobody's. */
function refuseLost(account: readonly Balance[], instruments: readonly Instrument[]): void {
  const found = account.filter(({ asset, free, locked }) =>
    instruments.some(
      ({ base, quote, lotSize }) =>
        (asset === base && free.plus(locked).gte(lotSize)) ||
        (asset === quote && isAboveZero(locked)),
    ),
  );
  if (found.length === 0) return;
  const words = found.map(({ asset, free, locked }) => {
    const held = `${toText(free.plus(locked))} ${asset}`;
    return isAboveZero(locked) ? `${held} (${toText(locked)} in open orders)` : held;
  });
  throw new Error(
    `JOURNAL_EMPTY: the database was found empty, and the account has ${words.join(', ')}: books were lost, most likely. ` +
      'Put the last backup of the database in its place. To begin anew, and to leave alone what is there, remove the file and start again',
  );
}

async function openBooks(
  deps: BootDeps,
  instruments: readonly Instrument[],
  { balances: known, foundEmpty = false }: Recovered,
): Promise<LedgerBalance[]> {
  const missing = new Set<Asset>(instruments.flatMap(({ base, quote }) => [base, quote]));
  for (const { asset } of known) missing.delete(asset);
  if (missing.size === 0) return [...known];
  const account = await deps.gateway.balances();
  if (foundEmpty) refuseLost(account, instruments);
  const actual = new Map(account.map(({ asset, free, locked }) => [asset, free.plus(locked)]));
  // Others too, as far as anything lies there: fees may be taken in one of them.
  const listed = [...actual.keys()].filter((asset) => !known.some((it) => it.asset === asset));
  const opened = [...new Set([...missing, ...listed])].map((asset) => {
    const total = actual.get(asset) ?? ZERO;
    return { asset, opening: total, deposited: ZERO, total };
  });
  return [...known, ...opened];
}
