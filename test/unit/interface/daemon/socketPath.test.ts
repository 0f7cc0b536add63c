import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  makePrivateFolder,
  runDirectory,
  SOCKET_PATH_BYTES_MAX,
  socketPathFor,
} from '../../../../src/interface/daemon/socketPath.ts';
import { fakeHome, type FakeHome } from '../../../builders/fakeApp.ts';

let home: FakeHome;

beforeEach(() => {
  home = fakeHome();
});
afterEach(() => {
  home.dispose();
});

describe('the path of the control socket', () => {
  it('is the configured one up to the last byte that fits', () => {
    const fits = `/${'a'.repeat(SOCKET_PATH_BYTES_MAX - 1)}`;
    expect(socketPathFor(fits)).toBe(fits);
  });

  it('is a short one in the run folder, the same every time, one byte later', () => {
    const long = `/${'a'.repeat(SOCKET_PATH_BYTES_MAX)}`;
    const short = socketPathFor(long, '/tmp');
    expect(short).toMatch(/^\/tmp\/plimsoll-[^/]+\/[0-9a-f]{24}\.sock$/u);
    expect(socketPathFor(long, '/tmp')).toBe(short);
    expect(socketPathFor(`${long}b`, '/tmp')).not.toBe(short);
  });

  it('counts bytes, not characters', () => {
    expect(socketPathFor(`/${'ü'.repeat((SOCKET_PATH_BYTES_MAX + 1) / 2)}`)).toMatch(/\.sock$/u);
  });

  it('says so when neither fits', () => {
    const long = `/${'a'.repeat(SOCKET_PATH_BYTES_MAX)}`;
    expect(() => socketPathFor(long, long)).toThrow(/^CONTROL_PATH_TOO_LONG: .*shorter/u);
  });
});

describe('the run folder', () => {
  const socketIn = (temporary: string): string => join(runDirectory(temporary), 'x.sock');

  it('is made for this user alone', () => {
    makePrivateFolder(socketIn(home.folder), home.folder);
    expect(statSync(runDirectory(home.folder)).mode & 0o777).toBe(0o700);
  });

  it('is refused when others may look into it', () => {
    mkdirSync(runDirectory(home.folder));
    chmodSync(runDirectory(home.folder), 0o755);
    expect(() => {
      makePrivateFolder(socketIn(home.folder), home.folder);
    }).toThrow(/^CONTROL_UNSAFE/u);
  });

  it('is refused when it is a link to somewhere else', () => {
    mkdirSync(join(home.folder, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(home.folder, 'elsewhere'), runDirectory(home.folder));
    expect(() => {
      makePrivateFolder(socketIn(home.folder), home.folder);
    }).toThrow(/^CONTROL_UNSAFE/u);
  });
});
