/** Tells the engine's own failures from those of the strategy that was asking something of it. */

/** Its cause is what the engine failed with. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
}

/** Runs the engine's own work on a strategy's behalf. */
export function asEngine<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw new EngineFault('the engine failed', { cause: error });
  }
}
