import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { markFile } from '../../../../src/adapters/sqlite/mark.ts';
import { temporaryFolder } from '../../../builders/books.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'plimsoll.db.mark');
});
afterEach(() => {
  folder.dispose();
});

const MARK = { instanceId: 'abcdefgh', epoch: 7, sequence: 1_234, highest: 1_300 };

describe('the mark beside the books', () => {
  it('is none before it was written, and read back by whoever comes after', () => {
    const file = markFile(path);
    expect(file.read()).toBeUndefined();
    expect(existsSync(path)).toBe(false);
    file.write(MARK, true);
    file.close();
    expect(markFile(path).read()).toEqual(MARK);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });

  it('is written over itself, never longer nor shorter', () => {
    const file = markFile(path);
    file.write(MARK);
    const { size, ino } = statSync(path);
    file.write({ ...MARK, sequence: 9 });
    expect(statSync(path)).toMatchObject({ size, ino });
    expect(file.read()).toEqual({ ...MARK, sequence: 9 });
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
    file.close();
  });

  it.each([
    '',
    'rubbish',
    '{}',
    '{"instanceId":1,"epoch":2,"sequence":3,"highest":3}',
    '{"instanceId":"a","epoch":2,"sequence":3}',
    '[1',
  ])('of %j is none, and no error', (text) => {
    writeFileSync(path, text);
    expect(markFile(path).read()).toBeUndefined();
  });

  it('that cannot be written is no error', () => {
    const file = markFile(join(folder.path, 'nowhere', 'mark'));
    file.write(MARK, true);
    expect(file.read()).toBeUndefined();
    file.close();
  });
});
