import { describe, expect, it } from '@jest/globals';
import { proxyOf } from '../../../../src/adapters/ccxt/proxyAgents.ts';

describe('the address of a proxy', () => {
  it.each([
    [{ url: 'http://10.0.0.1:3128' }, { isSocks: false, host: '10.0.0.1', port: 3128, user: '' }],
    [{ url: 'http://proxy:80' }, { host: 'proxy', port: 80, url: 'http://proxy/' }],
    [{ url: 'socks5://[::1]:1080' }, { isSocks: true, host: '::1', port: 1080 }],
    [
      { url: 'http://10.0.0.1:3128', auth: 'me:a:b/@ c' },
      { user: 'me', password: 'a:b/@ c', url: 'http://me:a%3Ab%2F%40%20c@10.0.0.1:3128/' },
    ],
  ])('%j is read', (written, read) => {
    expect(proxyOf(written)).toMatchObject(read);
  });
});
