/**
 * Tree-structured Parzen estimators: where good results are dense and the others are not, there is tried next. Bergstra, Bardenet,
 * Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization", NIPS 2011. Each coordinate is chosen for itself; one that does not
 * count in a trial teaches nothing there.
 */
import type { Random } from '../domain/random.ts';
import type { Proposal, Score, Search } from './contract.ts';
import { densityOf, type Density } from './density.ts';
import { anyPoint } from './plain.ts';
import { ranked } from './rank.ts';
import type { Assignment, Point, Space } from './space.ts';

/** Trials at random before anything is learned, at least; more where there are more parameters. */
const START_MIN = 10;
/** This share of all results counts as good, and no more than so many. */
const GOOD_SHARE = 0.15;
const GOOD_MAX = 25;
/** Of the others the newest: they cost time and say little. */
const OTHERS_MAX = 100;
/** Coordinates drawn from the good ones, of which the most promising is tried. */
const CANDIDATES = 24;
/** Answers that may be outstanding: as many workers are kept busy, and the order of their answers changes nothing. */
const AHEAD = 4;
/** With several objectives, ranking is dear: it is done anew when this share of results has been added. */
const STALE_SHARE = 0.02;

export class TpeSearch implements Search {
  readonly #space: Space;
  readonly #random: Random;
  readonly #start: number;
  readonly #asked: Point[] = [];
  readonly #seen = new Set<string>();
  readonly #scores: Score[] = [];
  #order: readonly number[] = [];

  constructor(space: Space, random: Random) {
    this.#space = space;
    this.#random = random;
    this.#start = Math.max(START_MIN, 2 * space.size);
  }

  get needs(): number {
    return this.#asked.length < this.#start ? 0 : this.#asked.length - AHEAD + 1;
  }

  ask(): Proposal {
    const assignment =
      this.#asked.length < this.#start || this.#scores.length < 2
        ? this.#draw()
        : this.#promising();
    this.#asked.push(this.#space.encode(assignment));
    this.#seen.add(this.#space.keyOf(assignment));
    return { assignment, share: 1 };
  }

  tell(score: Score): void {
    this.#scores.push(score);
  }

  /** At random; something new if a few draws find it. */
  #draw(): Assignment {
    let assignment = this.#space.decode(anyPoint(this.#space, this.#random));
    for (let draw = 1; draw < CANDIDATES && this.#isSeen(assignment); draw += 1)
      assignment = this.#space.decode(anyPoint(this.#space, this.#random));
    return assignment;
  }

  #isSeen(assignment: Assignment): boolean {
    return this.#seen.has(this.#space.keyOf(assignment));
  }

  #promising(): Assignment {
    const { good, others } = this.#split();
    const point = this.#space.parameters.map((parameter, at) => {
      const along = (points: readonly Point[]): number[] =>
        points.map((each) => each[at]).filter((coordinate) => coordinate !== undefined);
      return bestOf(
        densityOf(parameter, along(good)),
        densityOf(parameter, along(others)),
        this.#random,
      );
    });
    const assignment = this.#space.decode(point);
    return this.#isSeen(assignment) ? this.#draw() : assignment;
  }

  #split(): { readonly good: readonly Point[]; readonly others: readonly Point[] } {
    const told = this.#scores.length;
    const isMany = (this.#scores[0]?.losses.length ?? 1) > 1;
    const isStale = told - this.#order.length > (isMany ? told * STALE_SHARE : 0);
    if (isStale) this.#order = ranked(this.#scores);
    const count = Math.min(GOOD_MAX, Math.max(2, Math.ceil(this.#order.length * GOOD_SHARE)));
    const pointAt = (at: number): Point => this.#asked[at] ?? [];
    const others = this.#order.slice(count).sort((a, b) => b - a);
    return {
      good: this.#order.slice(0, count).map(pointAt),
      others: others.slice(0, OTHERS_MAX).map(pointAt),
    };
  }
}

/** Of some coordinates drawn from the good ones, the one that is most likelier there than elsewhere. */
function bestOf(good: Density, others: Density, random: Random): number {
  let best = { coordinate: 0.5, gain: -Infinity };
  for (let draw = 0; draw < CANDIDATES; draw += 1) {
    const coordinate = good.draw(random);
    const gain = good.logAt(coordinate) - others.logAt(coordinate);
    if (gain > best.gain) best = { coordinate, gain };
  }
  return best.coordinate;
}
