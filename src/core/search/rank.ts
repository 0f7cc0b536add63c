/**
 * Which of many results are better. What keeps all constraints is before what breaks one, and that by how much (Deb, 2000); then
 * comes the loss, or with several objectives the front of a result and its distance from its neighbours there (Deb et al., NSGA-II,
 * 2002). Equals keep their order.
 */
import type { Score } from './contract.ts';

/** Positions, the best first. */
export function ranked(scores: readonly Score[]): number[] {
  const order = [...scores.keys()];
  const isMany = scores.some(({ losses }) => losses.length > 1);
  const places = isMany ? placesOf(scores) : scores.map(({ losses }) => lossOf(losses[0]));
  const violationAt = (at: number): number => violationOf(scores[at]);
  return order.sort(
    (a, b) =>
      compare(violationAt(a), violationAt(b)) ||
      compare(places[a] ?? Infinity, places[b] ?? Infinity) ||
      a - b,
  );
}

/** Positions of those that no other one beats in everything; only what keeps the constraints and did not fail. */
export function paretoFront(scores: readonly Score[]): number[] {
  const sound = [...scores.keys()].filter((at) => isSound(scores[at]));
  return sound.filter(
    (at) => !sound.some((other) => dominates(lossesAt(scores, other), lossesAt(scores, at))),
  );
}

/** True for a result that failed in nothing and breaks no constraint. */
export function isSound(score: Score | undefined): boolean {
  return score?.violation === 0 && score.losses.every((loss) => Number.isFinite(loss));
}

function lossesAt(scores: readonly Score[], at: number): readonly number[] {
  return (scores[at]?.losses ?? []).map(lossOf);
}

function lossOf(loss: number | undefined): number {
  return loss === undefined || Number.isNaN(loss) ? Infinity : loss;
}

function violationOf(score: Score | undefined): number {
  return score === undefined || Number.isNaN(score.violation) ? Infinity : score.violation;
}

/** Infinities compare as equal to themselves. */
function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

/** No worse in anything, better in something. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.every((loss, at) => loss <= (b[at] ?? Infinity)) &&
    a.some((loss, at) => loss < (b[at] ?? Infinity))
  );
}

/** Front of each result, from 0, plus a part of 1 that grows the more crowded it is there. */
function placesOf(scores: readonly Score[]): number[] {
  const losses = [...scores.keys()].map((at) => lossesAt(scores, at));
  const places = losses.map(() => Infinity);
  for (const [front, members] of frontsOf(losses).entries()) {
    const distances = crowding(members.map((at) => losses[at] ?? []));
    for (const [index, at] of members.entries())
      places[at] = front + 1 / (2 + (distances[index] ?? 0));
  }
  return places;
}

/**
 * Efficient non-dominated sorting (Zhang et al., 2015): in the order of the first objective only an earlier one can beat a later one,
 * so that each goes to the first front that has nobody who does.
 */
function frontsOf(losses: readonly (readonly number[])[]): number[][] {
  const order = [...losses.keys()].sort((a, b) => byAll(losses[a] ?? [], losses[b] ?? []) || a - b);
  const fronts: number[][] = [];
  for (const at of order) {
    const own = losses[at] ?? [];
    const beats = (member: number): boolean => dominates(losses[member] ?? [], own);
    const front = fronts.find((members) => members.findLast(beats) === undefined);
    if (front) front.push(at);
    else fronts.push([at]);
  }
  return fronts;
}

/** By the first objective, then by the second, and so on. */
function byAll(a: readonly number[], b: readonly number[]): number {
  for (const [at, loss] of a.entries()) {
    const order = compare(loss, b[at] ?? Infinity);
    if (order !== 0) return order;
  }
  return 0;
}

/** Half the way round the box between both neighbours, summed over objectives in shares of the range; Infinity at the ends. */
function crowding(front: readonly (readonly number[])[]): number[] {
  const distances = front.map(() => 0);
  for (let objective = 0; objective < (front[0]?.length ?? 0); objective += 1) {
    const lossAt = (at: number | undefined): number => front[at ?? -1]?.[objective] ?? Infinity;
    const order = [...front.keys()].sort((a, b) => compare(lossAt(a), lossAt(b)) || a - b);
    const range = lossAt(order.at(-1)) - lossAt(order[0]);
    for (const [place, at] of order.entries()) {
      const isEnd = place === 0 || place === order.length - 1;
      const gap = lossAt(order[place + 1]) - lossAt(order[place - 1]);
      // Between failures there is no distance.
      const part = Number.isNaN(gap / range) ? 0 : gap / range;
      distances[at] = (distances[at] ?? 0) + (isEnd ? Infinity : part);
    }
  }
  return distances;
}
