/** Every indicator of the catalogue once more, as its definition reads, by its name. What the kernels are held against. */
import { AVERAGES } from './definitions/averages.ts';
import { DIRECTIONS } from './definitions/directions.ts';
import { FLOWS } from './definitions/flows.ts';
import { MEASURES } from './definitions/measures.ts';
import { OSCILLATORS } from './definitions/oscillators.ts';
import type { Definition } from './definitions/series.ts';

export const DEFINITIONS: Readonly<Record<string, Definition>> = {
  ...AVERAGES,
  ...OSCILLATORS,
  ...DIRECTIONS,
  ...MEASURES,
  ...FLOWS,
};
