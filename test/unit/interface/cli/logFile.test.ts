import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogFile } from '../../../../src/interface/cli/logFile.ts';
import { fakeHome, type FakeHome } from '../../../builders/fakeApp.ts';

let home: FakeHome;
let path: string;
let log: LogFile | undefined;

beforeEach(() => {
  home = fakeHome();
  path = join(home.folder, 'x.log');
});
afterEach(() => {
  log?.close();
  home.dispose();
});

const open = (): LogFile => (log = new LogFile(path));
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

describe('a log file', () => {
  it('gives its last lines, also when they are far from the beginning', () => {
    writeFileSync(path, `${numbers(0, 50_000).join('\n')}\n`);
    expect(open().tail(3)).toEqual(numbers(49_997, 50_000));
  });

  it('gives all there are when there are fewer, and none when none are wanted', () => {
    writeFileSync(path, 'a\nb\n');
    expect(open().tail(10)).toEqual(['a', 'b']);
    expect(open().tail(0)).toEqual([]);
  });

  it('gives more than one piece’s worth of lines', () => {
    writeFileSync(path, `${numbers(0, 20_000).join('\n')}\n`);
    expect(open().tail(15_000)).toEqual(numbers(5_000, 20_000));
  });

  it('goes on after its end, and waits for the end of a line', () => {
    writeFileSync(path, 'a\nb');
    const file = open();
    expect(file.tail(5)).toEqual(['a']);
    appendFileSync(path, 'c\nd\n');
    expect(file.more()).toEqual(['bc', 'd']);
    expect(file.more()).toEqual([]);
  });

  it('goes on in the new file after a rotation, without losing the end of the old one', () => {
    writeFileSync(path, 'a\n');
    const file = open();
    file.tail(1);
    appendFileSync(path, 'b\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'c\n');
    expect(file.more()).toEqual(['b', 'c']);
  });

  it('begins again when it was emptied', () => {
    writeFileSync(path, 'a long first line\n');
    const file = open();
    file.tail(1);
    truncateSync(path, 0);
    appendFileSync(path, 'b\n');
    expect(file.more()).toEqual(['b']);
  });

  it('may come to be later', () => {
    const file = open();
    expect([file.tail(5), file.more()]).toEqual([[], []]);
    writeFileSync(path, 'a\n');
    expect(file.more()).toEqual(['a']);
  });
});
