/** A day of seconds: `npm run soak:real` works, and what it does to a daemon is survived. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAEMON_TEST_MS } from '../builders/daemon.ts';
import { runDay } from '../realDay/day.ts';
import type { HappeningId } from '../realDay/happenings.ts';
import type { LaneRecord } from '../realDay/lane.ts';
import { readDayOptions, type DayOptions } from '../realDay/options.ts';
import { exitCodeOf, reportOf } from '../realDay/report.ts';

/** A few: a restart, the exchange away, answers lost. */
const HAPPENINGS: readonly HappeningId[] = ['daemon-killed', 'exchange-stopped', 'answers-lost'];

let out: string;
let options: DayOptions;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'plimsoll-day-'));
  const args = ['--hours', '0.001', '--speed', '60', '--queues', 'embedded', '--out', out];
  options = readDayOptions([...args, '--happenings', HAPPENINGS.join(',')]) as DayOptions;
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('a real-clock day', () => {
  let records: readonly LaneRecord[];

  it(
    'lets everything happen, and the daemon is there at its end with equal books',
    async () => {
      records = await runDay(options, {
        say: () => undefined,
        signal: new AbortController().signal,
      });
      const [lane] = records;
      expect(lane?.violations).toEqual([]);
      expect(new Set(lane?.happenings.map(({ id }) => id))).toEqual(new Set(HAPPENINGS));
      expect(lane?.fills).toBeGreaterThan(0);
    },
    DAEMON_TEST_MS,
  );

  it('has sampled every life of the daemon: memory, heap, descriptors', () => {
    const samples = records[0]?.samples ?? [];
    expect(Math.max(...samples.map(({ life }) => life))).toBe(3);
    for (const { rss, anonymous, descriptors } of samples) {
      expect(rss).toBeGreaterThan(anonymous);
      expect(anonymous).toBeGreaterThan(0);
      expect(descriptors).toBeGreaterThan(0);
    }
    expect(samples.some(({ heapUsed }) => heapUsed !== null && heapUsed > 5)).toBe(true);
    expect(exitCodeOf(reportOf(options, records))).toBe(0);
  });

  it(
    'that is interrupted reports what there was until then',
    async () => {
      const [lane] = await runDay(options, { say: () => undefined, signal: AbortSignal.abort() });
      expect(lane?.violations[0]).toContain('AbortError');
      expect(lane?.happenings).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
