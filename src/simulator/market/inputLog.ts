/** The input log: a world's inputs in a file of JSON lines, and a world made again from its options and its inputs. */
import { readFileSync } from 'node:fs';
import { LineJournal } from '../lineJournal.ts';
import { filtersFromJson } from '../engine/filters.ts';
import type { InputKind, WorldInput } from './inputs.ts';
import { requestOf } from './inputs.ts';
import { World } from './world.ts';
import type { WorldOptions } from './worldOptions.ts';

type InputOf<Kind extends InputKind> = Extract<WorldInput, { readonly kind: Kind }>;

/** What each kind of input does to a world. */
const APPLY: { readonly [Kind in InputKind]: (world: World, input: InputOf<Kind>) => unknown } = {
  openAccount: (world, { account }) => {
    world.openAccount(account);
  },
  deposit: (world, { accountId, asset, amount }) => {
    world.deposit(accountId, asset, amount);
  },
  withdraw: (world, { accountId, asset, amount }) => world.withdraw(accountId, asset, amount),
  setFeeAsset: (world, { accountId, feeAsset }) => {
    world.setFeeAsset(accountId, feeAsset);
  },
  setFlow: (world, { instrumentId, flow }) => {
    world.setFlow(instrumentId, flow);
  },
  place: (world, { request }) => world.place(requestOf(request)),
  placeList: (world, { clientListId, legs: [first, second] }) =>
    world.placeList({ clientListId, legs: [requestOf(first), requestOf(second)] }),
  amend: (world, { accountId, orderId, to }) => {
    const order = world.engine.accounts.get(accountId)?.orderById(orderId);
    return order !== undefined && world.amend(order, to);
  },
  cancel: (world, { accountId, orderId }) => {
    const order = world.engine.accounts.get(accountId)?.orderById(orderId);
    return order !== undefined && world.cancel(order);
  },
  cancelAll: (world, { accountId, instrumentId }) => world.cancelAll(accountId, instrumentId),
  setStatus: (world, { instrumentId, status }) => {
    world.setStatus(instrumentId, status);
  },
  replaceInstrument: (world, { instrumentId, filters }) => {
    world.replaceInstrument(instrumentId, filtersFromJson(filters));
  },
  setExchangeFilters: (world, { filters }) => {
    world.setExchangeFilters(filters);
  },
};

/** Makes an input again, now. */
function applyInput(world: World, input: WorldInput): void {
  (APPLY[input.kind] as (world: World, input: WorldInput) => unknown)(world, input);
}

/**
 * Makes a world of the same options and takes it through the same inputs at the same market times.
 * @param untilMs market time to go on to after the last input.
 * @returns a world whose `stateHash()` is that of the recorded one at that time.
 */
export function replayInputs(
  options: WorldOptions,
  inputs: Iterable<WorldInput>,
  untilMs = 0,
): World {
  const world = new World(options);
  for (const input of inputs) {
    world.advanceTo(input.atMs);
    applyInput(world, input);
  }
  world.advanceTo(untilMs);
  return world;
}

/** Starts a file anew and returns what writes inputs to it, each at once: for `recordInputs`. */
export function inputFile(file: string): (input: WorldInput) => void {
  const journal = new LineJournal(file, 0);
  return (input) => {
    journal.append(input);
    journal.flush();
  };
}

/**
 * Reads what {@link inputFile} has written. A last line without its end, which a kill may leave, is dropped.
 * @throws Error naming file, line and what was expected for a line that is not an input.
 */
export function readInputs(file: string): WorldInput[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  let lastMs = 0;
  return lines.map((line, index) => {
    const input = inputOf(line);
    if (input === undefined || input.atMs < lastMs) {
      throw new Error(
        `${file}:${String(index + 1)}: expected an input with kind (${Object.keys(APPLY).join(', ')}) and ascending atMs, got "${line.slice(0, 80)}"`,
      );
    }
    lastMs = input.atMs;
    return input;
  });
}

function inputOf(line: string): WorldInput | undefined {
  try {
    const input = JSON.parse(line) as Partial<WorldInput> | null;
    const isInput = Object.hasOwn(APPLY, input?.kind ?? '') && Number.isFinite(input?.atMs);
    return isInput ? (input as WorldInput) : undefined;
  } catch {
    return undefined;
  }
}
