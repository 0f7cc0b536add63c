/** Reload: the new configuration as a whole or not at all. */
import { messageOf } from '../errors.ts';
import type { ConfigIssue, ConfigSummary } from '../app.ts';
import { issueLine } from '../issues.ts';
import type { RunningDaemon } from './contract.ts';
import { ControlError } from './protocol.ts';
import { changeLines, changesBetween, heldWords, type ReloadResult } from './reloadChanges.ts';

/** What cannot change under a running daemon: where its books, its lock and its socket lie, and whose money it is. */
const FIXED = ['mode', 'dataDir', 'database', 'socket', 'lockFile'] as const;

/**
 * Checks the new file, stops the bot with its orders left in place and opens one with the new configuration. If that one does
 * not start, the old one is opened again.
 * @throws ControlError `CONFIG_INVALID` (data: the issues), `CONFIG_NEEDS_RESTART`, `LIVE_REFUSED`, `RELOAD_FAILED`.
 */
export async function reloadBot(daemon: RunningDaemon): Promise<ReloadResult> {
  const current = daemon.config;
  const next = accepted(daemon, current);
  const { hash } = next;
  const changes = changesBetween(current, next);
  const warnings = [...next.unfit, ...next.warnings];
  if (hash === current.hash) return { changed: false, hash, ...changes, held: [], warnings };
  if (daemon.options.permission.armed) {
    throw new ControlError(
      'LIVE_REFUSED',
      'this configuration was not armed: use `plimsoll restart --live`',
    );
  }
  await daemon.bot.stop('keep-orders', daemon.options.stopTimeoutMs);
  try {
    await open(daemon, next);
  } catch (error) {
    await goBack(daemon, current, error);
  }
  const held = await heldBy(changes.strategies.removed, daemon);
  for (const line of changeLines(changes)) daemon.note('info', `reloaded; ${line}`);
  for (const position of held) daemon.note('warn', heldWords(position));
  for (const warning of warnings) daemon.note('warn', issueLine(warning));
  return { changed: true, hash, ...changes, held, warnings };
}

/** The same configuration anew, orders left in place. When it does not start, the daemon ends with that failure. */
export async function reopenBot(daemon: RunningDaemon): Promise<void> {
  const { config } = daemon;
  await daemon.bot.stop('keep-orders', daemon.options.stopTimeoutMs);
  try {
    await daemon.startBot(await daemon.openBot(config));
  } catch (error) {
    await goBack(daemon, config, error);
  }
}

async function heldBy(
  removed: readonly string[],
  { bot }: RunningDaemon,
): Promise<ReloadResult['held']> {
  const { unmanaged } = await bot.status();
  return unmanaged.filter(({ strategy }) => removed.includes(strategy));
}

function accepted(daemon: RunningDaemon, current: ConfigSummary): ConfigSummary {
  const reading = daemon.options.reread();
  if (!reading.ok)
    throw new ControlError('CONFIG_INVALID', issuesText(reading.issues), reading.issues);
  const moved = FIXED.filter((name) => reading.config[name] !== current[name]);
  if (moved.length > 0) {
    throw new ControlError(
      'CONFIG_NEEDS_RESTART',
      `${moved.join(', ')} cannot change while the daemon runs: use \`plimsoll restart\``,
    );
  }
  return reading.config;
}

async function open(daemon: RunningDaemon, config: ConfigSummary): Promise<void> {
  if (config.simulated !== daemon.config.simulated) await daemon.openExchange(config);
  await daemon.startBot(await daemon.openBot(config));
}

async function goBack(
  daemon: RunningDaemon,
  current: ConfigSummary,
  error: unknown,
): Promise<never> {
  const reason = messageOf(error);
  try {
    await daemon.startBot(await daemon.openBot(current));
  } catch (second) {
    const failure = second instanceof Error ? second : new Error(messageOf(second));
    void daemon.requestStop({
      ...daemon.ordered('neither the new nor the old configuration starts'),
      failure,
    });
    throw new ControlError(
      'RELOAD_FAILED',
      `${reason}; the old configuration did not start again either: ${failure.message}`,
    );
  }
  throw new ControlError('RELOAD_FAILED', `${reason}; the old configuration is in force again`);
}

function issuesText(issues: readonly ConfigIssue[]): string {
  return ['the old configuration stays in force', ...issues.map(issueLine)].join('\n');
}
