/** Everything that reaches a world from outside, as plain JSON: what a recorded session replays from. */
import type { ExchangeFilters, FiltersJson } from '../engine/filters.ts';
import type { Flow } from './market.ts';
import type { Amendment, OrderRequest, TradingStatus } from '../engine/types.ts';

/** An asset of an account's own choice that its fees are paid in. */
export interface FeeAssetOptions {
  readonly asset: string;
  /** Price of one unit, above 0, as decimal text by quote asset; trades against any other quote pay the ordinary fee. */
  readonly prices: Readonly<Record<string, string>>;
  /** Taken off the fee rate as decimal text from 0 up to 1; default a quarter, as for BNB on Binance. */
  readonly discount?: string;
}

/** A user account of the world. */
export interface WorldAccount {
  readonly id: string;
  /** Starting balances as decimal text by asset. */
  readonly balances: Readonly<Record<string, string>>;
  readonly feeAsset?: FeeAssetOptions;
}

/** An order request; `quoteBudget` in atoms as text. */
export interface RequestInput extends Omit<OrderRequest, 'quoteBudget'> {
  readonly quoteBudget: string;
}

/** What each kind of input carries. */
interface InputPayloads {
  readonly openAccount: { readonly account: WorldAccount };
  /** `amount` as decimal text. */
  readonly deposit: { readonly accountId: string; readonly asset: string; readonly amount: string };
  readonly withdraw: {
    readonly accountId: string;
    readonly asset: string;
    readonly amount: string;
  };
  readonly setFeeAsset: {
    readonly accountId: string;
    /** `null`: fees come from what is received. */
    readonly feeAsset: FeeAssetOptions | null;
  };
  readonly setFlow: { readonly instrumentId: string; readonly flow: Flow };
  readonly place: { readonly request: RequestInput };
  readonly placeList: {
    readonly clientListId: string;
    readonly legs: readonly [RequestInput, RequestInput];
  };
  readonly amend: {
    readonly accountId: string;
    readonly orderId: number;
    readonly to: Amendment;
  };
  readonly cancel: { readonly accountId: string; readonly orderId: number };
  /** Of all instruments when `instrumentId` is absent. */
  readonly cancelAll: { readonly accountId: string; readonly instrumentId?: string };
  readonly setStatus: { readonly instrumentId: string; readonly status: TradingStatus };
  readonly replaceInstrument: { readonly instrumentId: string; readonly filters: FiltersJson };
  readonly setExchangeFilters: { readonly filters: Partial<ExchangeFilters> };
}

export type InputKind = keyof InputPayloads;

/** An input without its time. */
export type TimelessInput = {
  [Kind in InputKind]: { readonly kind: Kind } & InputPayloads[Kind];
}[InputKind];

/** An input, taken or refused, and the market time it was made at. */
export type WorldInput = TimelessInput & { readonly atMs: number };

export function requestInput(request: OrderRequest): RequestInput {
  return { ...request, quoteBudget: String(request.quoteBudget) };
}

export function requestOf(input: RequestInput): OrderRequest {
  return { ...input, quoteBudget: BigInt(input.quoteBudget) };
}
