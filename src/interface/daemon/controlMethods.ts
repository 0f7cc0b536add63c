/** What the control socket offers. */
import { dec, isAboveZero, type Decimal } from '../../core/domain/decimal.ts';
import type { CloseRequest } from '../../runtime/closing.ts';
import type { GiveRequest } from '../../runtime/giving.ts';
import type { PanicMode } from '../../runtime/panic.ts';
import type { AdoptionDocument } from '../../runtime/resume.ts';
import type { StopMode } from '../../runtime/trader.ts';
import type { RunningDaemon } from './contract.ts';
import type { ControlMethod } from './controlServer.ts';
import { ControlError } from './protocol.ts';

const STOP_MODES: readonly StopMode[] = ['keep-orders', 'cancel-orders', 'flatten'];
const STOP_TIMEOUT_MS_MAX = 3_600_000;
const TEXT_MAX = 500;

export function controlMethods(daemon: RunningDaemon): Readonly<Record<string, ControlMethod>> {
  return {
    status: () => daemon.bot.status(),
    signals: ({ symbol }) =>
      daemon.bot.signals(symbol === undefined ? undefined : text(symbol, 'symbol')),
    pause: ({ reason, target }) =>
      daemon.bot.pause({ reason: text(reason, 'reason'), target: optionalText(target, 'target') }),
    resume: async ({ reason, symbol, strategy, adopt_balances: adopt, rule, agreed }) => {
      if (symbol === undefined) {
        const named = optionalText(strategy, 'strategy');
        return daemon.bot.resume({ reason: text(reason, 'reason'), strategy: named });
      }
      return daemon.bot.resumeSymbol({
        symbol: text(symbol, 'symbol'),
        reason: text(reason, 'reason'),
        adoptBalances: adopt === true,
        ...ruleIn(rule),
        // Compared with what is worked out anew, and used for nothing else.
        ...(agreed !== undefined && { agreed: agreed as AdoptionDocument }),
      });
    },
    adoption: ({ symbol, rule }) =>
      daemon.bot.previewAdoption({ symbol: text(symbol, 'symbol'), ...ruleIn(rule) }),
    adopt_plan: (params) => daemon.bot.planGive(giveWish(params)),
    adopt: ({ reason, ...params }) =>
      daemon.bot.give({ ...giveWish(params), reason: text(reason, 'reason') }),
    close_plan: (params) => daemon.bot.planClose(closeWish(params)),
    close: ({ reason, wait_ms: waitMs, ...params }) =>
      daemon.bot.close(
        { ...closeWish(params), reason: text(reason, 'reason') },
        duration(waitMs, 'wait_ms'),
      ),
    cancel: ({ order, reason, wait_ms: waitMs }) =>
      daemon.bot.cancelOrder(
        { order: text(order, 'order'), reason: text(reason, 'reason') },
        duration(waitMs, 'wait_ms'),
      ),
    // Answers whatever else is under way: whoever asks wants to know whether anybody listens.
    pulse: () => ({ pid: process.pid }),
    panic: ({ mode, reason, wait_ms: waitMs }) =>
      daemon.bot.panic(
        { mode: panicMode(mode), reason: text(reason, 'reason') },
        duration(waitMs, 'wait_ms'),
      ),
    reload: () => daemon.reload(),
    stop: ({ mode, timeout_ms: timeoutMs }) =>
      daemon.requestStop({
        mode: stopMode(mode),
        timeoutMs: duration(timeoutMs, 'timeout_ms'),
        reason: 'asked to by the command line',
      }),
  };
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length <= TEXT_MAX) return value;
  throw new ControlError(
    'CONTROL_BAD_REQUEST',
    `${name} must be text of at most ${TEXT_MAX} characters`,
  );
}

function optionalText(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : text(value, name);
}

function closeWish({ name, amount, limit }: Readonly<Record<string, unknown>>): CloseRequest {
  return {
    name: text(name, 'name'),
    ...(amount !== undefined && { amount: exact(amount, 'amount') }),
    ...(limit !== undefined && { limit: exact(limit, 'limit') }),
  };
}

function ruleIn(rule: unknown): { readonly rule?: string } {
  return rule === undefined ? {} : { rule: text(rule, 'rule') };
}

function giveWish(params: Readonly<Record<string, unknown>>): GiveRequest {
  const { symbol, strategy, amount, cost } = params;
  return {
    symbol: text(symbol, 'symbol'),
    strategy: text(strategy, 'strategy'),
    amount: exact(amount, 'amount'),
    cost: exact(cost, 'cost'),
  };
}

function exact(value: unknown, name: string): Decimal {
  if (typeof value === 'string' && /^\d{1,20}(\.\d{1,20})?$/u.test(value)) {
    const amount = dec(value);
    if (isAboveZero(amount)) return amount;
  }
  throw new ControlError('CONTROL_BAD_REQUEST', `${name} must be a number above 0, as text`);
}

function stopMode(value: unknown): StopMode {
  const mode = STOP_MODES.find((known) => known === value);
  if (mode === undefined)
    throw new ControlError('CONTROL_BAD_REQUEST', `mode must be one of ${STOP_MODES.join(', ')}`);
  return mode;
}

function panicMode(value: unknown): PanicMode {
  if (value === 'sell' || value === 'keep') return value;
  throw new ControlError('CONTROL_BAD_REQUEST', 'mode must be sell or keep');
}

function duration(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= STOP_TIMEOUT_MS_MAX) return value;
  throw new ControlError('CONTROL_BAD_REQUEST', `${name} must be from 0 to ${STOP_TIMEOUT_MS_MAX}`);
}
