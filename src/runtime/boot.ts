/** From the journal and the exchange's rules to an engine that stands where the last run stopped. */
import type { Asset, MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { LedgerBalance } from '../core/domain/position.ts';
import { ZERO } from '../core/domain/decimal.ts';
import { createEngine } from '../core/engine/create.ts';
import type { EngineState } from '../core/engine/state.ts';
import { restoreLedger } from '../core/ledger/ledger.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Journal, Recovered } from '../ports/journal.ts';
import { openingRecord } from './stepRecord.ts';

export interface BootDeps {
  readonly journal: Journal;
  readonly gateway: ExchangeGateway;
  readonly limits: RiskLimits;
  readonly strategies: readonly { readonly spec: StrategySpec; readonly strategy: Strategy }[];
  readonly wallMs: number;
}

export interface Booted {
  readonly state: EngineState;
  readonly recovered: Recovered;
  readonly symbols: readonly MarketSymbol[];
}

/**
 * Rebuilds the engine. The first time it takes the exchange's balances as opening balances; later they come from the journal.
 * Assets met for the first time are opened with what the exchange says now.
 */
export async function boot(deps: BootDeps, recovered: Recovered): Promise<Booted> {
  const { journal, gateway, limits, strategies } = deps;
  const symbols = symbolsOf(deps, recovered);
  const instruments = await gateway.instruments(symbols);
  const balances = await openBooks(deps, instruments, recovered.balances);
  if (balances.length > recovered.balances.length)
    journal.commit(openingRecord(balances, deps.wallMs));
  const state = createEngine(
    {
      instanceId: recovered.instanceId,
      runId: recovered.runId,
      limits,
      instruments,
      strategies,
      ledger: restoreLedger(balances, recovered.positions),
      nextSequence: recovered.nextSequence,
      paused: recovered.flags.paused,
      halted: recovered.flags.halted,
      orders: recovered.orders,
    },
    recovered.strategies,
  );
  state.now = recovered.lastStepAt;
  return { state, recovered, symbols };
}

/** Markets of the strategies, and those where an order or a position of a former strategy remains. */
function symbolsOf(deps: BootDeps, recovered: Recovered): MarketSymbol[] {
  const symbols = new Set(deps.strategies.map(({ spec }) => spec.symbol));
  for (const { intent } of recovered.orders) symbols.add(intent.symbol);
  for (const { symbol, amount } of recovered.positions) if (!amount.isZero()) symbols.add(symbol);
  return [...symbols];
}

async function openBooks(
  deps: BootDeps,
  instruments: readonly Instrument[],
  known: readonly LedgerBalance[],
): Promise<LedgerBalance[]> {
  const missing = new Set<Asset>(instruments.flatMap(({ base, quote }) => [base, quote]));
  for (const { asset } of known) missing.delete(asset);
  if (missing.size === 0) return [...known];
  const actual = new Map(
    (await deps.gateway.balances()).map((balance) => [
      balance.asset,
      balance.free.plus(balance.locked),
    ]),
  );
  const opened = [...missing].map((asset) => {
    const total = actual.get(asset) ?? ZERO;
    return { asset, opening: total, deposited: ZERO, total };
  });
  return [...known, ...opened];
}
