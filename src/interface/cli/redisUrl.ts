/** The address of a Redis for searches: typed, or from the environment, where a password is not seen by others. */
import { CliError, EXIT } from './exitCodes.ts';
import type { Io } from './io.ts';

/** @param typed true: the option without a value. @throws CliError when there is none */
export function redisUrlOf(typed: string | true, { env }: Pick<Io, 'env'>): string {
  const url = typed === true ? env['REDIS_URL'] : typed;
  if (url !== undefined && url !== '') return url;
  throw new CliError(EXIT.usage, '--redis needs an address, or REDIS_URL set');
}
