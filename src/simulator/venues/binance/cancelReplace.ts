/** `POST /api/v3/order/cancelReplace`: one order cancelled and another placed, with every way in which half of it may fail. */
import type { Account } from '../../engine/account.ts';
import {
  BinanceError,
  cancelReplaceFailed,
  cancelReplacePartlyFailed,
  invalidParameter,
  missingParameter,
} from './errors.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { cancelNow, placeNow, readCancel, readIntent } from './trading.ts';

/** What came of one half. */
interface Half {
  readonly result: 'SUCCESS' | 'FAILURE' | 'NOT_ATTEMPTED';
  readonly response: Json;
}

const NOT_ATTEMPTED: Half = { result: 'NOT_ATTEMPTED', response: null };

function attempt(act: () => JsonObject): Half {
  try {
    return { result: 'SUCCESS', response: act() };
  } catch (error) {
    if (!(error instanceof BinanceError)) throw error;
    return { result: 'FAILURE', response: error.body() };
  }
}

/**
 * The new order's parameters and filters are judged before anything is cancelled.
 * @throws BinanceError −2021 when one half failed, −2022 when both did or the second was not attempted.
 */
export function cancelReplace(context: RestContext, params: Params, account: Account): Json {
  const mode = readMode(params);
  params.text('orderRateLimitExceededMode');
  const intent = readIntent(context, params, account);
  const { market } = intent;
  const where = { market, account, idName: 'cancelOrderId' };
  const cancel = readCancel(
    params,
    { ...where, clientIdName: 'cancelOrigClientOrderId' },
    'cancelNewClientOrderId',
  );
  params.assertAllRead();
  const cancelled = attempt(() => cancelNow(context, cancel));
  const isStopped = cancelled.result === 'FAILURE' && mode === 'STOP_ON_FAILURE';
  const placed = isStopped ? NOT_ATTEMPTED : attempt(() => placeNow(context, intent));
  const outcome = {
    cancelResult: cancelled.result,
    newOrderResult: placed.result,
    cancelResponse: cancelled.response,
    newOrderResponse: placed.response,
  };
  const successes = [cancelled, placed].filter(({ result }) => result === 'SUCCESS').length;
  if (successes === 2) return outcome;
  throw successes === 1 ? cancelReplacePartlyFailed(outcome) : cancelReplaceFailed(outcome);
}

function readMode(params: Params): 'STOP_ON_FAILURE' | 'ALLOW_FAILURE' {
  const mode = params.choice('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE'], () =>
    invalidParameter('cancelReplaceMode'),
  );
  if (mode === undefined) throw missingParameter('cancelReplaceMode');
  return mode;
}
