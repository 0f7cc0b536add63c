import type { Painter } from './colour.ts';

/** How text is shown to whoever reads it. */
export interface Look {
  readonly paint: Painter;
  /** Columns; infinite where nothing must be cut. */
  readonly width: number;
}
