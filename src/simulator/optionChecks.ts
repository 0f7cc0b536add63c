/** What an exchange cannot be started with. */
import { SPEED_MAX } from './drive.ts';
import type { SimulatorOptions } from './options.ts';

/** Refuses what no exchange can be started with. @throws Error saying which option, and what it takes. */
export function checkOptions(options: SimulatorOptions): void {
  const { seed = 0, speed = 1, historyBars = 0 } = options;
  checkWhole('seed', seed, 0xffffffff);
  checkWhole('historyBars', historyBars, Number.MAX_SAFE_INTEGER);
  if (speed !== 'max' && !(speed > 0 && speed <= SPEED_MAX)) {
    throw new Error(
      `speed ${String(speed)}: expected a number above 0, at most ${String(SPEED_MAX)}, or max`,
    );
  }
  checkCombinations(options);
}

/** Options that have no meaning together. */
function checkCombinations({ venue, accounts, replay, correlation }: SimulatorOptions): void {
  if (venue === 'okx' && accounts.some(({ feeAsset }) => feeAsset !== undefined))
    throw new Error(
      'USAGE: fee asset: OKX takes fees from what is received; leave it out, or use binance',
    );
  if (replay !== undefined && correlation !== undefined)
    throw new Error(
      'USAGE: correlation: of the synthetic market only; leave it out, or do not replay',
    );
}

function checkWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw new Error(`${name} ${String(value)}: expected a whole number from 0 to ${String(max)}`);
}
