/** A process that was paused while another took its place must find that it may do nothing any more. Real processes, one file. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openJournal } from '../../src/adapters/sqlite/journal.ts';
import { ACCOUNT, temporaryFolder } from '../builders/books.ts';
import { startTypescript } from '../builders/child.ts';

const CHILD = new URL('fencedChild.ts', import.meta.url);

let folder: ReturnType<typeof temporaryFolder>;
let child: ReturnType<typeof startTypescript>;
let lines: AsyncIterator<string>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'plimsoll.db');
  child = startTypescript(CHILD, [path]);
  lines = createInterface(child.stdout)[Symbol.asyncIterator]();
});
afterEach(() => {
  child.kill('SIGKILL');
  folder.dispose();
});

async function line(): Promise<unknown> {
  const { value } = (await lines.next()) as { readonly value: string };
  return JSON.parse(value);
}

describe('a process that nobody has replaced', () => {
  it('sends and cancels what it is told to', async () => {
    expect(await line()).toEqual(['place', 'place', 'cancel']);
    child.kill('SIGUSR2');
    expect(await line()).toEqual({ calls: ['place', 'cancel'], errors: [] });
  });
});

describe('a process that was paused while another took over', () => {
  it('neither sends nor cancels anything when it wakes', async () => {
    expect(await line()).toEqual(['place', 'place', 'cancel']);
    child.kill('SIGSTOP');
    const successor = openJournal(path, ACCOUNT);
    expect(successor.recover().epoch).toBe(2);
    child.kill('SIGCONT');
    child.kill('SIGUSR2');
    const { calls, errors } = (await line()) as {
      readonly calls: readonly string[];
      readonly errors: readonly string[];
    };
    expect(calls).toEqual([]);
    expect(errors).toEqual([expect.stringContaining('JOURNAL_FENCED')]);
    successor.close();
  });
});
