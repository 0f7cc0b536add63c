import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rotatingFile } from '../../../../src/adapters/logging/rotatingFile.ts';
import { temporaryFolder } from '../../../builders/books.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
const LIMITS = { bytesMax: 100, filesMax: 3 };
const line = (text: string): string => `${text.padEnd(39, '.')}\n`;
const read = (suffix = ''): string[] =>
  readFileSync(path + suffix, 'utf8')
    .split('\n')
    .slice(0, -1);

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'logs', 'plimsoll.log');
});
afterEach(() => folder.dispose());

describe('the rotating file', () => {
  it('is there for its owner only, and holds a line as soon as it is written', () => {
    const file = rotatingFile(path, LIMITS);
    file.write(line('one'));
    expect(read()).toEqual([line('one').trim()]);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(folder.path, 'logs')).mode & 0o777).toString(8)).toBe('700');
    file.close();
  });

  it('keeps its name, sets full files aside and drops the oldest', () => {
    const file = rotatingFile(path, LIMITS);
    for (let number = 1; number <= 9; number += 1) file.write(line(`${number}`));
    file.close();
    const numbers = (suffix: string) => read(suffix).map((text) => Number.parseInt(text, 10));
    expect([numbers(''), numbers('.1'), numbers('.2')]).toEqual([[9], [7, 8], [5, 6]]);
    expect(readdirSync(join(folder.path, 'logs'))).toHaveLength(3);
  });

  it('goes on where an earlier run stopped', () => {
    for (const text of ['one', 'two', 'three']) {
      const file = rotatingFile(path, LIMITS);
      file.write(line(text));
      file.close();
    }
    expect(read('.1')).toHaveLength(2);
    expect(read()).toHaveLength(1);
  });

  it('starts a single file again when it is full', () => {
    const file = rotatingFile(path, { bytesMax: 100, filesMax: 1 });
    for (const text of ['one', 'two', 'three']) file.write(line(text));
    file.close();
    expect(read()).toHaveLength(1);
    expect(readdirSync(join(folder.path, 'logs'))).toHaveLength(1);
  });

  it('never throws: lost lines are counted and told when there is room again', () => {
    const file = rotatingFile(path, { bytesMax: 50, filesMax: 2 });
    file.write(line('one'));
    // A folder in the way of the file that is set aside.
    mkdirSync(`${path}.1`);
    file.write(line('lost'));
    file.write(line('lost too'));
    rmSync(`${path}.1`, { recursive: true });
    file.write(line('two'));
    file.close();
    const [told, two] = read();
    expect(JSON.parse(told ?? '')).toMatchObject({ level: 'warn', dropped: 2 });
    expect(two).toBe(line('two').trim());
  });

  it('drops lines after it was closed, and may be closed twice', () => {
    const file = rotatingFile(path, LIMITS);
    file.close();
    file.write(line('late'));
    file.flush();
    file.close();
    expect(read()).toEqual([]);
  });

  it('throws at once when the file cannot be opened', () => {
    mkdirSync(path, { recursive: true });
    expect(() => rotatingFile(path, LIMITS)).toThrow('EISDIR');
  });
});
