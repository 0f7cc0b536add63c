/** The methods there are, by name. */
import { Random } from '../domain/random.ts';
import { CmaesSearch } from './cmaes.ts';
import type { Search } from './contract.ts';
import { SuccessiveHalving } from './halving.ts';
import { GridSearch, RandomSearch } from './plain.ts';
import type { Space } from './space.ts';
import { TpeSearch } from './tpe.ts';

export const METHODS = ['tpe', 'cmaes', 'halving', 'random', 'grid'] as const;
export type Method = (typeof METHODS)[number];

export interface SearchOptions {
  readonly seed: number;
  /** As many questions as will be asked: a grid and halving plan by it. */
  readonly trials: number;
}

/** @throws RangeError when the method cannot search such a space. */
export function searchBy(method: Method, space: Space, { seed, trials }: SearchOptions): Search {
  const random = Random.stream(seed, `search/${method}`);
  switch (method) {
    case 'tpe':
      return new TpeSearch(space, random);
    case 'cmaes':
      return new CmaesSearch(space, random);
    case 'halving':
      return new SuccessiveHalving(space, random, trials);
    case 'random':
      return new RandomSearch(space, random);
    case 'grid':
      return new GridSearch(space, trials);
  }
}
