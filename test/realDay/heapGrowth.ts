/** What grew between two heap snapshots of V8, by kind of object, and what holds it. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

export interface Grown {
  /** Constructor, or V8's own kind in brackets. */
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  /** How one of the new ones is reached from a root, the nearest holder last. */
  readonly heldBy: string;
}

/** The columns of a snapshot, as V8 writes them: nodes and edges are flat lists of numbers. */
interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

const SHOWN = 12;
const HOLDERS_SHOWN = 8;

/** True when a snapshot was written to its end; on a busy machine its file is there long before. */
export function isWholeSnapshot(path: string): boolean {
  const { size } = statSync(path);
  if (size < SNAPSHOT_END.length) return false;
  const file = openSync(path, 'r');
  try {
    const end = Buffer.alloc(SNAPSHOT_END.length);
    readSync(file, end, 0, end.length, size - end.length);
    return end.toString() === SNAPSHOT_END;
  } finally {
    closeSync(file);
  }
}

const SNAPSHOT_END = '"]}';

/** The kinds that grew most, largest first. @param paths of two snapshots of one process, the older first */
export function heapGrowth(older: string, newer: string): readonly Grown[] {
  const before = sumsOf(new Heap(older));
  const heap = new Heap(newer);
  const known = new Set(before.ids);
  const after = sumsOf(heap);
  return [...after.sums]
    .map(([name, { count, bytes }]) => {
      const old = before.sums.get(name);
      return { name, count: count - (old?.count ?? 0), bytes: bytes - (old?.bytes ?? 0) };
    })
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, SHOWN)
    .map((grown) => ({ ...grown, heldBy: heap.holdersOf(grown.name, known) }));
}

interface Sums {
  readonly sums: ReadonlyMap<string, { count: number; bytes: number }>;
  readonly ids: readonly number[];
}

function sumsOf(heap: Heap): Sums {
  const sums = new Map<string, { count: number; bytes: number }>();
  const ids: number[] = [];
  for (let node = 0; node < heap.count; node += 1) {
    const name = heap.nameOf(node);
    const sum = sums.get(name) ?? { count: 0, bytes: 0 };
    sum.count += 1;
    sum.bytes += heap.field(node, 'self_size');
    sums.set(name, sum);
    ids.push(heap.field(node, 'id'));
  }
  return { sums, ids };
}

/** Per node the one it is reached from, and by which edge; −1 where it is not. */
interface Tree {
  readonly parents: Int32Array;
  readonly edges: Int32Array;
}

class Heap {
  readonly count: number;
  readonly #snapshot: Snapshot;
  readonly #width: number;
  readonly #columns: ReadonlyMap<string, number>;
  #treeMade: Tree | undefined;

  constructor(path: string) {
    this.#snapshot = JSON.parse(readFileSync(path, 'utf8')) as Snapshot;
    const { node_fields: fields } = this.#snapshot.snapshot.meta;
    this.#width = fields.length;
    this.#columns = new Map(fields.map((field, index) => [field, index]));
    this.count = this.#snapshot.nodes.length / this.#width;
  }

  field(node: number, name: 'type' | 'name' | 'id' | 'self_size' | 'edge_count'): number {
    return this.#snapshot.nodes[node * this.#width + (this.#columns.get(name) ?? 0)] ?? 0;
  }

  /** The name of an object's constructor; V8's kind for what has none. */
  nameOf(node: number): string {
    const type = this.#snapshot.snapshot.meta.node_types[0][this.field(node, 'type')] ?? '';
    return type === 'object' || type === 'native'
      ? this.#text(this.field(node, 'name'))
      : `(${type})`;
  }

  /** How the newest of that name is reached that was not there before. @param known ids that were */
  holdersOf(name: string, known: ReadonlySet<number>): string {
    let newest: number | undefined;
    for (let node = 0; node < this.count; node += 1)
      if (this.nameOf(node) === name && !known.has(this.field(node, 'id')))
        if (newest === undefined || this.field(node, 'id') > this.field(newest, 'id'))
          newest = node;
    return newest === undefined ? '' : this.#pathTo(newest);
  }

  #pathTo(node: number): string {
    const { parents, edges } = this.#tree();
    const steps: string[] = [];
    for (let at = node; at > 0 && steps.length < HOLDERS_SHOWN; at = parents[at] ?? -1) {
      if ((parents[at] ?? -1) < 0) return '';
      steps.unshift(`${this.nameOf(parents[at] ?? 0)}.${this.#edgeName(edges[at] ?? 0)}`);
    }
    return steps.join(' → ');
  }

  /** Breadth first from the root: by which edge each object is reached on the shortest way. */
  #tree(): Tree {
    if (this.#treeMade) return this.#treeMade;
    const parents = new Int32Array(this.count).fill(-1);
    const edges = new Int32Array(this.count).fill(-1);
    const firstEdges = this.#firstEdges();
    parents[0] = 0;
    const queue = [0];
    for (const node of queue)
      for (let edge = firstEdges[node] ?? 0; edge < (firstEdges[node + 1] ?? 0); edge += 1) {
        const to = this.#target(edge);
        if (to === undefined || parents[to] !== -1) continue;
        parents[to] = node;
        edges[to] = edge;
        queue.push(to);
      }
    this.#treeMade = { parents, edges };
    return this.#treeMade;
  }

  /** The number of each node's first edge; the edges of all nodes stand one behind the other. */
  #firstEdges(): Int32Array {
    const first = new Int32Array(this.count + 1);
    for (let node = 0; node < this.count; node += 1)
      first[node + 1] = (first[node] ?? 0) + this.field(node, 'edge_count');
    return first;
  }

  /** Undefined for an edge that keeps nothing alive. */
  #target(edge: number): number | undefined {
    const { edges, snapshot } = this.#snapshot;
    const at = edge * snapshot.meta.edge_fields.length;
    const kind = snapshot.meta.edge_types[0][edges[at] ?? 0];
    return kind === 'weak' ? undefined : (edges[at + 2] ?? 0) / this.#width;
  }

  #edgeName(edge: number): string {
    const { edges, snapshot } = this.#snapshot;
    const width = snapshot.meta.edge_fields.length;
    const kind = snapshot.meta.edge_types[0][edges[edge * width] ?? 0] ?? '';
    const value = edges[edge * width + 1] ?? 0;
    return kind === 'element' || kind === 'hidden' ? `[${value}]` : this.#text(value);
  }

  #text(index: number): string {
    return (this.#snapshot.strings[index] ?? '').slice(0, 40);
  }
}
