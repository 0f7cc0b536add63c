/** The gate to real money: the file says live, `--live` is given, and somebody types the arming words at a terminal. */
import type { ConfigSummary } from '../app.ts';
import type { Permission } from '../daemon/contract.ts';
import type { Context, GlobalOptions } from './context.ts';
import { CliError, EXIT } from './exitCodes.ts';

/** Enough of the hash to tell one configuration from another. */
const HASH_PREFIX = 8;

/** What must be typed, so that nobody arms a configuration he does not mean. */
function armingWords(config: ConfigSummary): string {
  return `arm ${config.hash.slice(0, HASH_PREFIX)}`;
}

/**
 * Permission to open this configuration's bot.
 * @throws CliError with exit code 6 that names what is missing.
 */
export async function passLiveGate(
  { io }: Context,
  options: Pick<GlobalOptions, 'input'> & { readonly live?: boolean },
  config: ConfigSummary,
): Promise<Permission> {
  const live = options.live === true;
  if (config.mode !== 'live') {
    if (!live) return { live: false, armed: false };
    throw refused(`--live is given, but ${config.file} says \`mode: ${config.mode}\``);
  }
  if (!live)
    throw refused(
      `${config.file} says \`mode: live\`: real money needs --live and the arming words typed at a terminal`,
    );
  if (!options.input)
    throw refused('with --no-input nobody can type the arming words that real money needs');
  if (!io.inIsTerminal)
    throw refused('real money needs the arming words typed at a terminal, and there is none');
  io.err(summary(config));
  const words = armingWords(config);
  const answer = await io.ask(`Type "${words}" to trade with real money: `);
  if (answer?.trim() !== words) throw refused('the arming words were not given');
  return { live: true, armed: true };
}

function summary(config: ConfigSummary): string {
  const lines = config.strategies.map(({ id, kind, symbol }) => `  ${id} (${kind}) on ${symbol}`);
  return `${config.file} trades with REAL MONEY:\n${lines.join('\n')}\n`;
}

function refused(message: string): CliError {
  return new CliError(EXIT.refused, message);
}
