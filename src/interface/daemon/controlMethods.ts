/** What the control socket offers. */
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
    pause: ({ reason }) => {
      daemon.bot.pause(text(reason, 'reason'));
    },
    resume: async ({ reason, symbol, adopt_balances: adopt }) => {
      if (symbol === undefined) {
        daemon.bot.resume(text(reason, 'reason'));
        return;
      }
      await daemon.bot.resumeSymbol({
        symbol: text(symbol, 'symbol'),
        reason: text(reason, 'reason'),
        adoptBalances: adopt === true,
      });
    },
    reload: () => daemon.reload(),
    stop: ({ mode, timeout_ms: timeoutMs }) =>
      daemon.requestStop({
        mode: stopMode(mode),
        timeoutMs: duration(timeoutMs),
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

function stopMode(value: unknown): StopMode {
  const mode = STOP_MODES.find((known) => known === value);
  if (mode === undefined)
    throw new ControlError('CONTROL_BAD_REQUEST', `mode must be one of ${STOP_MODES.join(', ')}`);
  return mode;
}

function duration(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= STOP_TIMEOUT_MS_MAX) return value;
  throw new ControlError(
    'CONTROL_BAD_REQUEST',
    `timeout_ms must be from 0 to ${STOP_TIMEOUT_MS_MAX}`,
  );
}
