/** Takes a world through the inputs of a file in a process of its own and prints its state hash. */
import { readInputs, replayInputs } from '../../../src/simulator/market/inputLog.ts';
import type { WorldOptions } from '../../../src/simulator/market/worldOptions.ts';

const [options = '', file = '', untilMs = ''] = process.argv.slice(2);
const world = replayInputs(JSON.parse(options) as WorldOptions, readInputs(file), Number(untilMs));
console.log(world.stateHash());
