import type { Balance, Fill } from '../../core/domain/fill.ts';

import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { OrderReport } from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { KeyPermissions, LookupOutcome, OrderRef } from '../../ports/exchangeGateway.ts';
import { withDeadline } from './deadline.ts';
import { answerOf, describe, gatewayFailed } from './errors.ts';
import { FillPages } from './fillPages.ts';
import type { ExchangeQuirks } from './quirks/quirks.ts';
import { balancesOf, reportOf } from './reports.ts';
import type { Session } from './session.ts';
import type { CcxtExchange } from './types.ts';
import { field, listOf } from './values.ts';

const DEADLINE_MS = 15_000;
/** Orders looked through in the history of a symbol, the newest ones: an order that is looked up is seconds old. */
const HISTORY_ROWS = 100;

/** Everything asked of the account that changes nothing. */
export class Queries {
  readonly #session: Session;
  readonly #quirks: ExchangeQuirks;
  readonly #pages: FillPages;
  readonly #onClockRefused: () => void;

  /** @param onClockRefused the exchange refused our timestamp: measure before the next request. */
  constructor(session: Session, quirks: ExchangeQuirks, onClockRefused: () => void) {
    this.#session = session;
    this.#quirks = quirks;
    this.#onClockRefused = onClockRefused;
    this.#pages = new FillPages(quirks.fillPages, (symbol, params) =>
      this.#ask(`own trades of ${symbol}`, (exchange) =>
        exchange.fetchMyTrades(symbol, undefined, quirks.fillPages.size, params),
      ),
    );
  }

  /** Three places must agree that there is no such order: by id, among the open ones, in the history. */
  async lookup(ref: OrderRef): Promise<LookupOutcome> {
    try {
      const report =
        (await this.#single(ref)) ??
        (await this.#among(ref, 'open')) ??
        (await this.#among(ref, 'history'));
      return report === undefined ? { kind: 'absent' } : { kind: 'found', report };
    } catch (error) {
      return { kind: 'failed', message: describe(error, this.#session.secrets) };
    }
  }

  async openOrders(symbols: readonly MarketSymbol[]): Promise<readonly OrderReport[]> {
    const reports: OrderReport[] = [];
    for (const symbol of symbols) {
      const answer = await this.#ask(`open orders of ${symbol}`, (exchange) =>
        exchange.fetchOpenOrders(symbol),
      );
      reports.push(...this.#reports(answer, symbol));
    }
    return reports;
  }

  fills(symbol: MarketSymbol, since: Millis): Promise<readonly Fill[]> {
    return this.#pages.since(symbol, since);
  }

  async balances(): Promise<readonly Balance[]> {
    const answer = await this.#ask('balances', (exchange) => exchange.fetchBalance());
    try {
      return balancesOf(answer);
    } catch (error) {
      throw gatewayFailed('balances', error);
    }
  }

  async permissions(): Promise<KeyPermissions> {
    const known = await this.#ask('key permissions', (exchange) =>
      this.#quirks.permissions(exchange),
    );
    return known ?? { trading: 'unknown', withdrawals: 'unknown' };
  }

  /** @returns undefined when the exchange says that it does not know the order. */
  async #single(ref: OrderRef): Promise<OrderReport | undefined> {
    let answer: unknown;
    try {
      answer = await this.#request((exchange) =>
        exchange.fetchOrder(
          ref.exchangeOrderId,
          ref.symbol,
          this.#quirks.orders.byClientId(ref.clientOrderId),
        ),
      );
    } catch (error) {
      const said = answerOf(error);
      if (said !== undefined && this.#quirks.orders.isOrderUnknown(said)) return undefined;
      throw error;
    }
    const report = reportOf(answer, {
      symbol: ref.symbol,
      receivedAt: this.#session.options.clock.wallMs(),
    });
    if (report?.clientOrderId !== ref.clientOrderId)
      throw new Error(`asked for ${ref.clientOrderId}, the answer is about something else`);
    return report;
  }

  async #among(ref: OrderRef, where: 'open' | 'history'): Promise<OrderReport | undefined> {
    const answer = await this.#ask(`orders of ${ref.symbol}`, (exchange) =>
      where === 'open'
        ? exchange.fetchOpenOrders(ref.symbol)
        : exchange.fetchOrders(ref.symbol, undefined, HISTORY_ROWS),
    );
    return this.#reports(answer, ref.symbol).find(
      (report) => report.clientOrderId === ref.clientOrderId,
    );
  }

  #reports(answer: unknown, symbol: MarketSymbol): readonly OrderReport[] {
    const rows = listOf(answer);
    if (rows === undefined)
      throw gatewayFailed(`orders of ${symbol}`, new Error('the answer is no list'));
    return rows.map((row) => {
      const report = reportOf(row, { symbol, receivedAt: this.#session.options.clock.wallMs() });
      if (report === undefined || field(row, 'symbol') !== symbol)
        throw gatewayFailed(`orders of ${symbol}`, new Error('a row is no order of this market'));
      return report;
    });
  }

  async #ask<Answer>(
    what: string,
    question: (exchange: CcxtExchange) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await this.#request(question);
    } catch (error) {
      throw gatewayFailed(what, error, this.#session.secrets);
    }
  }

  async #request<Answer>(question: (exchange: CcxtExchange) => Promise<Answer>): Promise<Answer> {
    const { exchange } = await this.#session.lane('queries');
    try {
      return await withDeadline(this.#session.options.clock, DEADLINE_MS, question(exchange));
    } catch (error) {
      const said = answerOf(error);
      if (said !== undefined && this.#quirks.orders.isClockRefused(said)) this.#onClockRefused();
      throw error;
    }
  }
}
