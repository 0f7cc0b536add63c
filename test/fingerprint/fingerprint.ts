/** One run as a few hashes: every fill, every decision in words, and what is left in the end. */
import { createHash, type Hash } from 'node:crypto';
import { wireBacktest } from '../../src/compose/backtestParts.ts';
import { explain } from '../../src/runtime/explain.ts';
import { guessInstrument } from '../../src/compose/instrumentGuess.ts';
import { SILENT } from '../../src/compose/silentLogger.ts';
import { dec, toText, type Decimal } from '../../src/core/domain/decimal.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { BarColumns } from '../../src/core/domain/market.ts';
import type { Note } from '../../src/core/domain/notes.ts';
import type { AttributedFill } from '../../src/core/domain/position.ts';
import type { Timeframe } from '../../src/core/domain/time.ts';
import { balancesOf, holdingOf } from '../../src/core/ledger/ledger.ts';
import { runBacktest } from '../../src/research/backtest.ts';
import type { Session } from '../../src/runtime/session.ts';
import { SYMBOL, type Case } from './cases.ts';

export interface RunData {
  readonly columns: BarColumns;
  readonly timeframe: Timeframe;
  readonly priceDecimals: number;
}

/** Equal for equal runs. The counts are there to be read by people. */
export interface Fingerprint {
  readonly orders: number;
  readonly fills: number;
  readonly notes: number;
  /** Hashes. */
  readonly filled: string;
  readonly decided: string;
  readonly left: string;
}

/** Hexadecimal digits kept of a hash. */
const HASH_DIGITS = 16;
const FEE = dec('0.001');
const OPEN_ORDERS_MAX = 200;
const PRICE_BAND = 0.05;

/** Runs a case over data. @throws Error with the session's failure when it stopped. */
export async function fingerprintOf(run: Case, data: RunData): Promise<Fingerprint> {
  const [spec, ...besides] = run.specs.map((each) => ({ ...each, timeframe: data.timeframe }));
  if (!spec) throw new Error(`${run.name} has no strategy`);
  const instrument = instrumentOf(run, data);
  const wired = await wireBacktest({
    spec,
    besides,
    instrument,
    balances: [{ asset: instrument.quote, total: run.balance }],
    fillModel: run.fillModel,
    limits: {
      maxTotalExposure: run.balance,
      priceBand: PRICE_BAND,
      maxOpenOrders: OPEN_ORDERS_MAX,
    },
    logger: SILENT,
  });
  const lines = new Lines(wired.session);
  runBacktest(
    wired,
    { symbol: SYMBOL, columns: data.columns, timeframe: data.timeframe },
    {
      fromMs: -Infinity,
      toMs: Infinity,
      onProgress: () => undefined,
    },
  );
  return lines.finish(run);
}

function instrumentOf({ coarseness = 1 }: Case, data: RunData): Instrument {
  const price = data.columns.close[0] ?? 1;
  const { priceDecimals } = data;
  const guess = guessInstrument(SYMBOL, { price, priceDecimals }, { maker: FEE, taker: FEE });
  const coarser = (step: Decimal): Decimal => step.times(dec(coarseness));
  const lotSize = coarser(guess.lotSize);
  return { ...guess, tickSize: coarser(guess.tickSize), lotSize, minAmount: lotSize };
}

/** Takes down what happens, line by line. */
class Lines {
  readonly #session: Session;
  readonly #filled = createHash('sha256');
  readonly #decided = createHash('sha256');
  #fills = 0;
  #notes = 0;

  constructor(session: Session) {
    this.#session = session;
    session.onStep(({ fills, notes }) => {
      for (const fill of fills) this.#fill(fill);
      for (const note of notes) this.#note(note);
    });
  }

  finish({ specs }: Case): Fingerprint {
    const { ledger, nextSequence } = this.#session.state;
    const left = createHash('sha256');
    for (const { asset, total } of balancesOf(ledger)) write(left, [asset, toText(total)]);
    for (const { id } of specs) {
      const { amount, cost, realisedPnl, feesQuote } = holdingOf(ledger, id, SYMBOL).position;
      write(left, [id, ...[amount, cost, realisedPnl, feesQuote].map(toText)]);
    }
    return {
      orders: nextSequence - 1,
      fills: this.#fills,
      notes: this.#notes,
      filled: digest(this.#filled),
      decided: digest(this.#decided),
      left: digest(left),
    };
  }

  #fill({ fill, strategyId, intentId }: AttributedFill): void {
    this.#fills += 1;
    const { side, price, amount, fee, feeAsset, liquidity, at } = fill;
    const numbers = [price, amount, fee].map(toText);
    write(this.#filled, [strategyId, intentId, side, ...numbers, feeAsset, liquidity, String(at)]);
  }

  #note(note: Note): void {
    this.#notes += 1;
    const { at, code, strategyId = '', symbol = '', intentId = '' } = note;
    write(this.#decided, [String(at), code, strategyId, symbol, intentId, explain(note)]);
  }
}

function write(hash: Hash, words: readonly string[]): void {
  hash.update(`${words.join(' ')}\n`);
}

function digest(hash: Hash): string {
  return hash.digest('hex').slice(0, HASH_DIGITS);
}
