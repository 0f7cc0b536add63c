// Loaded before the program (`node --import heapProbe.mjs?file=…`): writes what the process knows of its memory into that file, every
// few seconds. The threads it starts write files of their own, with their number behind the name.
import { renameSync, writeFileSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { threadId } from 'node:worker_threads';

const file = new URL(import.meta.url).searchParams.get('file');
const target = threadId === 0 ? file : `${file}.${threadId}`;
const everyMs = 2_000;

// What was left after the last full collection: the floor of the heap, without what is only waiting to be collected.
let floor = null;
new PerformanceObserver((list) => {
  const kinds = list.getEntries().map(({ detail }) => detail.kind);
  if (kinds.includes(constants.NODE_PERFORMANCE_GC_MAJOR))
    floor = getHeapStatistics().used_heap_size;
}).observe({ entryTypes: ['gc'] });

function write() {
  const heap = getHeapStatistics();
  const { pid } = process;
  const probe = {
    pid,
    floor,
    used: heap.used_heap_size,
    total: heap.total_heap_size,
    external: heap.external_memory,
  };
  writeFileSync(`${target}.new`, JSON.stringify(probe));
  renameSync(`${target}.new`, target);
}

write();
setInterval(write, everyMs).unref();
