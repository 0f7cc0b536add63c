/** Carries out what the owner of an account does besides the bot. */
import { simulatorOrder, type SimulatorOrder } from '../control.ts';
import { ASSET_DECIMALS, atomsOf, formatAtoms, parseScaled } from '../engine/amounts.ts';
import { isOpen } from '../engine/account.ts';
import type { FilterName } from '../engine/filters.ts';
import type { Instrument, Order, OrderRequest } from '../engine/types.ts';
import type { World } from '../market/world.ts';
import { nearestWord } from '../../core/domain/nearest.ts';
import type { Act, OrderAct } from './actSchema.ts';
import type { DocumentIssue } from './issues.ts';

const UNIT = 10n ** BigInt(ASSET_DECIMALS);

/** What came of an act: `refusal` in the engine's words, and the filter where it is one. */
export type ActResult =
  | { readonly ok: true; readonly order?: SimulatorOrder; readonly received?: string }
  | { readonly ok: false; readonly refusal: string; readonly filter?: FilterName };

type Of<Do extends Act['do']> = Extract<Act, { readonly do: Do }>;

const DONE: ActResult = { ok: true };

export class Acts {
  readonly #world: World;
  readonly #idOf: (orderId: number) => string;

  /** @param idOf the client id that the venue gives an order placed by hand, by the order's number. */
  constructor(world: World, idOf: (orderId: number) => string) {
    this.#world = world;
    this.#idOf = idOf;
  }

  /** What keeps acts of a list from being tried: names that are not known, fields that do not go together, amounts off the grid. */
  issuesOf(acts: readonly Act[]): DocumentIssue[] {
    return acts.flatMap((act, index) =>
      this.#issues(act).map((issue) => ({ ...issue, path: [index, ...issue.path] })),
    );
  }

  /** Carries an act out that {@link issuesOf} has nothing against. */
  carryOut(act: Act): ActResult {
    switch (act.do) {
      case 'order':
        return this.#place(act);
      case 'cancel':
        return this.#cancel(act);
      case 'cancel-all':
        this.#world.cancelAll(this.#accountOf(act), act.symbol);
        return DONE;
      case 'deposit':
        this.#world.deposit(this.#accountOf(act), act.asset, act.amount);
        return DONE;
      case 'withdraw':
        return this.#withdraw(act, act.asset, act.amount);
      case 'convert':
        return this.#convert(act);
    }
  }

  #place(act: OrderAct): ActResult {
    const world = this.#world;
    const { instrument } = world.market(act.symbol);
    const request = requestOf(act, instrument);
    const result = world.place({
      ...request,
      accountId: this.#accountOf(act),
      clientOrderId: act.clientOrderId ?? this.#idOf(world.engine.counters.orderId + 1),
    });
    if (result.ok) return { ok: true, order: simulatorOrder(result.order) };
    const { refusal, filter } = result;
    return { ok: false, refusal, ...(filter !== undefined && { filter }) };
  }

  #cancel(act: Of<'cancel'>): ActResult {
    const order = this.#orderOf(act);
    if (order === undefined || !this.#world.cancel(order))
      return { ok: false, refusal: 'NO_SUCH_ORDER' };
    return { ok: true, order: simulatorOrder(order) };
  }

  #orderOf(act: Of<'cancel'>): Order | undefined {
    const account = this.#world.engine.accounts.get(this.#accountOf(act));
    const { orderId, symbol = '', clientOrderId = '' } = act;
    const order =
      orderId === undefined
        ? account?.open.byClientId(symbol, clientOrderId)
        : account?.orderById(orderId);
    return order !== undefined && isOpen(order) ? order : undefined;
  }

  #withdraw(act: Act, asset: string, amount: string): ActResult {
    return this.#world.withdraw(this.#accountOf(act), asset, amount)
      ? DONE
      : { ok: false, refusal: 'INSUFFICIENT_FUNDS' };
  }

  #convert(act: Of<'convert'>): ActResult {
    const { from, to, amount } = act;
    const received = act.receive ?? this.#worth(from, to, atomsOf(amount));
    if (received === undefined) return { ok: false, refusal: 'NO_PRICE' };
    const paid = this.#withdraw(act, from, amount);
    if (paid.ok) this.#world.deposit(this.#accountOf(act), to, received);
    return paid.ok ? { ok: true, received } : paid;
  }

  /** What an amount is worth in another asset at the last price of their market, rounded down. */
  #worth(from: string, to: string, atoms: bigint): string | undefined {
    for (const { instrument, lastOrderTicks } of this.#world.markets.values()) {
      const price =
        BigInt(lastOrderTicks) * 10n ** BigInt(ASSET_DECIMALS - instrument.priceDecimals);
      const { base, quote } = instrument;
      if (price === 0n) continue;
      if (base === from && quote === to) return formatAtoms((atoms * price) / UNIT);
      if (base === to && quote === from) return formatAtoms((atoms * UNIT) / price);
    }
    return undefined;
  }

  /** The account an act is about. */
  #accountOf({ account }: Pick<Act, 'account'>): string {
    return account ?? this.#accounts()[0] ?? '';
  }

  #accounts(): string[] {
    return [...this.#world.engine.accounts.values()]
      .filter(({ isHouse }) => !isHouse)
      .map(({ id }) => id);
  }

  #issues(act: Act): DocumentIssue[] {
    const accounts = this.#accounts();
    const symbols = this.#world.instruments.map(({ id }) => id);
    const issues = [
      ...(act.account === undefined && accounts.length !== 1
        ? [{ path: ['account'], problem: `say which; there are ${accounts.join(', ')}` }]
        : unknown('account', act.account, accounts)),
      ...('symbol' in act ? unknown('symbol', act.symbol, symbols) : []),
    ];
    if (issues.length > 0) return issues;
    if (act.do === 'cancel') return cancelIssues(act);
    return act.do === 'order' ? orderIssues(act, this.#world.market(act.symbol).instrument) : [];
  }
}

function unknown(
  field: string,
  word: string | undefined,
  known: readonly string[],
): DocumentIssue[] {
  if (word === undefined || known.includes(word)) return [];
  const nearest = nearestWord(word, known);
  const problem = `unknown; there are ${known.join(', ')}`;
  return [{ path: [field], problem, ...(nearest !== undefined && { nearest }) }];
}

function cancelIssues({ orderId, symbol, clientOrderId }: Of<'cancel'>): DocumentIssue[] {
  const isById = orderId !== undefined && clientOrderId === undefined;
  const isByClientId = orderId === undefined && clientOrderId !== undefined && symbol !== undefined;
  if (isById || isByClientId) return [];
  return [{ path: [], problem: 'expected orderId, or symbol and clientOrderId' }];
}

/** Which fields each type needs, which it may have, and no others. */
const FIELDS = {
  market: { needs: [], mayHave: ['amount', 'quote'] },
  limit: { needs: ['amount', 'price'], mayHave: [] },
  stop: { needs: ['amount', 'trigger'], mayHave: ['price'] },
} as const;
const SIZES = ['amount', 'quote', 'price', 'trigger'] as const;

function orderIssues(act: OrderAct, instrument: Instrument): DocumentIssue[] {
  const { needs, mayHave } = FIELDS[act.type];
  const issues: DocumentIssue[] = [];
  for (const field of SIZES) {
    const isSent = act[field] !== undefined;
    const isNeeded = (needs as readonly string[]).includes(field);
    const isAllowed = isNeeded || (mayHave as readonly string[]).includes(field);
    if (isNeeded && !isSent)
      issues.push({ path: [field], problem: `a ${act.type} order needs it` });
    if (isSent && !isAllowed)
      issues.push({ path: [field], problem: `a ${act.type} order has none` });
  }
  if (act.type === 'market' && (act.amount === undefined) === (act.quote === undefined))
    issues.push({ path: [], problem: 'a market order has an amount or a quote value' });
  return [...issues, ...gridIssues(act, instrument)];
}

function gridIssues(act: OrderAct, { priceDecimals, lotDecimals }: Instrument): DocumentIssue[] {
  const decimals = {
    amount: lotDecimals,
    quote: ASSET_DECIMALS,
    price: priceDecimals,
    trigger: priceDecimals,
  };
  return SIZES.filter((field) => {
    const text = act[field];
    return text !== undefined && typeof parseScaled(text, decimals[field]) !== 'bigint';
  }).map((field) => ({
    path: [field],
    problem: `expected at most ${String(decimals[field])} decimals`,
  }));
}

function requestOf(
  act: OrderAct,
  { id, priceDecimals, lotDecimals }: Instrument,
): Omit<OrderRequest, 'accountId' | 'clientOrderId'> {
  const units = (text: string | undefined, decimals: number): number =>
    Number(parseScaled(text ?? '0', decimals));
  const isLimit = act.price !== undefined;
  const type = {
    market: 'MARKET',
    limit: 'LIMIT',
    stop: isLimit ? 'STOP_LOSS_LIMIT' : 'STOP_LOSS',
  };
  return {
    instrumentId: id,
    side: act.side === 'buy' ? 'BUY' : 'SELL',
    type: type[act.type] as OrderRequest['type'],
    timeInForce: 'GTC',
    ticks: units(act.price, priceDecimals),
    ...(act.trigger !== undefined && { triggerTicks: units(act.trigger, priceDecimals) }),
    lots: units(act.amount, lotDecimals),
    quoteBudget: atomsOf(act.quote ?? '0'),
  };
}
