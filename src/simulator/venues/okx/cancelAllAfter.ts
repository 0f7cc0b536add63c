/** `trade/cancel-all-after`: sets an account's dead man's switch. */
import type { Account } from '../../engine/account.ts';
import type { Json } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { badParameter, missingParameter } from './errors.ts';
import type { Params } from './params.ts';
import { timeText } from './text.ts';

const SECONDS_MIN = 10;
const SECONDS_MAX = 120;

/** `timeOut` in seconds, 10 to 120; 0 switches it off. @throws OkxError 50014, 51000. */
export function cancelAllAfter(
  { wallNowMs, switches }: OkxContext,
  params: Params,
  account: Account,
): Json {
  const seconds = params.integer('timeOut');
  if (seconds === undefined) throw missingParameter('timeOut');
  if (seconds !== 0 && (seconds < SECONDS_MIN || seconds > SECONDS_MAX))
    throw badParameter('timeOut');
  switches.set(account.id, seconds);
  const nowMs = wallNowMs();
  const triggerTime = seconds === 0 ? '0' : timeText(nowMs + seconds * 1_000);
  return [{ triggerTime, tag: params.text('tag') ?? '', ts: timeText(nowMs) }];
}
