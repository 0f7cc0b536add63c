import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../../src/adapters/config/environment.ts';
import { loadConfig, type LoadedConfig } from '../../../../src/adapters/config/load.ts';
import { renderProblem } from '../../../../src/adapters/config/problem.ts';

const CONFIG = `schema_version: 1
mode: sandbox
exchange:
  simulated: { seed: 7 }
risk:
  max_total_exposure: 5000 USDT
`;

const DCA = `schema_version: 1
id: dca-one
kind: dca
symbol: BTC/USDT
timeframe: 1m
budget: 1000 USDT
every: 10m
amount: 50 USDT
`;

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-config-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = join(root, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Loads these files; the configuration is config/plimsoll.yaml. */
function load(
  files: Readonly<Record<string, string>>,
  env: Environment = {},
): ReturnType<typeof loadConfig> {
  const all = { 'config/plimsoll.yaml': CONFIG, 'strategies/dca.yaml': DCA, ...files };
  for (const [name, text] of Object.entries(all)) write(name, text);
  return loadConfig(join(root, 'config/plimsoll.yaml'), env);
}

function loaded(files: Readonly<Record<string, string>> = {}, env: Environment = {}): LoadedConfig {
  const result = load(files, env);
  if (!result.ok) throw new Error(result.error.map(renderProblem).join('\n'));
  return result.value;
}

/** The problems as they are printed, without the folder. */
function problems(files: Readonly<Record<string, string>>, env: Environment = {}): string[] {
  const result = load(files, env);
  if (result.ok) throw new Error('the configuration was accepted');
  return result.error.map((problem) => renderProblem(problem).replaceAll(`${root}/`, ''));
}

const config = (change: (text: string) => string): Readonly<Record<string, string>> => ({
  'config/plimsoll.yaml': change(CONFIG),
});
const strategy = (change: (text: string) => string): Readonly<Record<string, string>> => ({
  'strategies/dca.yaml': change(DCA),
});

describe('a sound configuration', () => {
  it('has every default and absolute paths', () => {
    const { config: read, strategies } = loaded();
    expect(read).toMatchObject({
      mode: 'sandbox',
      exchange: {
        id: 'binance',
        account: 'main',
        testnet: false,
        simulated: { seed: 7, speed: 60, port: 0 },
      },
      dataDir: join(root, 'data'),
      database: join(root, 'data/plimsoll.db'),
      socket: join(root, 'data/plimsoll.sock'),
      queue: { backend: 'embedded', prefix: 'plimsoll', directory: join(root, 'data/queue') },
      quote: 'USDT',
      staleAfterMs: 30_000,
      orderTtlMs: 30_000,
      risk: { priceBand: 0.05, maxOpenOrders: 100 },
    });
    expect(read.risk.maxTotalExposure.toString()).toBe('5000');
    expect(strategies.map(({ id, kind, symbol }) => [id, kind, symbol])).toEqual([
      ['dca-one', 'dca', 'BTC/USDT'],
    ]);
    expect(strategies[0]?.budget.toString()).toBe('1000');
  });

  it('starts relative paths at the folder of the file when that is not named config', () => {
    write('plimsoll.yaml', CONFIG);
    write('strategies/dca.yaml', DCA);
    const result = loadConfig(join(root, 'plimsoll.yaml'), {});
    expect(result.ok && result.value.config.dataDir).toBe(join(root, 'data'));
  });

  it('uses Redis when REDIS_URL is set, and never shows it', () => {
    const result = loaded({}, { REDIS_URL: 'redis://:hush@127.0.0.1' });
    expect(result.config.queue.backend).toBe('redis');
    expect(result.secrets.redisUrl).toBe('redis://:hush@127.0.0.1');
    const { secrets: _, ...rest } = result;
    expect(JSON.stringify(rest)).not.toContain('hush');
  });

  it('counts an empty variable as not set', () => {
    expect(loaded({}, { REDIS_URL: '' }).config.queue.backend).toBe('embedded');
  });

  it('sets disabled strategies aside, and says so when none is left', () => {
    const result = loaded(strategy((text) => `${text}enabled: false\n`));
    expect(result.strategies).toEqual([]);
    expect(result.disabled.map(({ id }) => id)).toEqual(['dca-one']);
    expect(result.warnings[0]?.problem).toContain('no strategy is enabled');
  });

  it('reads the files of several patterns once each, in order', () => {
    const result = loaded({
      ...config(
        (text) => `${text}strategies: [other/b.yaml, 'strategies/*.yaml', strategies/dca.yaml]\n`,
      ),
      'other/b.yaml': DCA.replace('dca-one', 'dca-b'),
      'strategies/.hidden.yaml': 'not: read',
      'strategies/notes.txt': 'not read',
    });
    expect(result.strategies.map(({ id }) => id)).toEqual(['dca-b', 'dca-one']);
    expect(result.files.map((file) => file.replace(`${root}/`, ''))).toEqual([
      'config/plimsoll.yaml',
      'other/b.yaml',
      'strategies/dca.yaml',
    ]);
  });

  it('warns when the budgets exceed the total limit', () => {
    const { warnings } = loaded(config((text) => text.replace('5000', '900')));
    expect(warnings.map(({ path }) => path)).toEqual(['risk.max_total_exposure']);
  });

  it('writes the effective content with defaults and units', () => {
    expect(loaded().effective).toMatchObject({
      config: { risk: { price_band: '5%', stale_after: '30s' }, queue: { backend: 'auto' } },
      strategies: [{ id: 'dca-one', cooldown: '0s', enabled: true }],
    });
  });
});

describe('the hash', () => {
  const hashOf = (files: Readonly<Record<string, string>> = {}): string => loaded(files).hash;

  it('does not change with comments, order, quotes or written-out defaults', () => {
    const before = hashOf();
    expect(hashOf(config((text) => `# a comment\nqueue: { backend: auto }\n${text}`))).toBe(before);
    expect(hashOf(strategy((text) => text.replace('50 USDT', '"50.00 USDT"')))).toBe(before);
  });

  it('changes with any value of any file', () => {
    const before = hashOf();
    expect(hashOf(config((text) => text.replace('seed: 7', 'seed: 8')))).not.toBe(before);
    expect(
      hashOf({
        ...config((text) => text),
        ...strategy((text) => text.replace('50 USDT', '51 USDT')),
      }),
    ).not.toBe(before);
  });
});

describe('problems with files', () => {
  it('says that a file does not exist', () => {
    const result = loadConfig(join(root, 'nowhere.yaml'), {});
    expect(result.ok ? [] : result.error).toMatchObject([
      { line: 1, column: 1, problem: 'the file does not exist' },
    ]);
  });

  it('says that a folder is not a file', () => {
    const result = loadConfig(root, {});
    expect(result.ok ? [] : result.error).toMatchObject([
      { problem: 'this is a folder, not a file' },
    ]);
  });

  it.each([
    ['', 'the file is empty'],
    ['# only a comment\n', 'the file is empty'],
    ['- a\n- list\n', 'the file must hold keys and values'],
    ['a: 1\n---\nb: 2\n', 'only one document per file'],
  ])('refuses %j', (text, problem) => {
    expect(problems({ 'config/plimsoll.yaml': text })[0]).toContain(problem);
  });

  it('refuses a file that is larger than any configuration', () => {
    expect(problems({ 'config/plimsoll.yaml': `#${'x'.repeat(1_048_576)}` })[0]).toContain(
      'larger than 1048576 bytes',
    );
  });

  it('names a pattern without a file, and where it looked', () => {
    const found = problems(config((text) => `${text}strategies: strategy/*.yaml\n`));
    expect(found).toEqual([
      expect.stringContaining(
        'config/plimsoll.yaml:7:13 strategies: no file matches "strategy/*.yaml"',
      ),
    ]);
  });

  it('names a strategy file that does not exist', () => {
    const found = problems(config((text) => `${text}strategies: strategies/gone.yaml\n`));
    expect(found[0]).toContain('strategies/gone.yaml:1:1 the file does not exist');
  });
});

describe('problems of YAML', () => {
  it('gives the place of a syntax error', () => {
    expect(problems(config((text) => text.replace('mode: sandbox', 'mode: "sandbox')))[0]).toMatch(
      /^config\/plimsoll\.yaml:\d+:\d+ not valid YAML/,
    );
  });

  it('refuses a key that stands twice', () => {
    expect(problems(config((text) => `${text}mode: paper\n`))).toEqual([
      'config/plimsoll.yaml:7:1 this key stands here a second time',
    ]);
  });

  it('refuses tags and files that blow up through aliases', () => {
    expect(problems(config((text) => text.replace('sandbox', '!!js/function x')))[0]).toContain(
      'plimsoll.yaml:2:7',
    );
    const bomb = `a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b]\n`;
    expect(problems({ 'config/plimsoll.yaml': bomb })[0]).toContain('alias');
  });
});

describe('problems of content', () => {
  it('names a misspelled key, its place, and the one that was meant', () => {
    expect(problems(config((text) => `${text}  price_bnad: 5%\n`))).toEqual([
      'config/plimsoll.yaml:7:3 risk.price_bnad: unknown key (did you mean "price_band"?)',
    ]);
  });

  it('lists the known keys when nothing is near', () => {
    expect(problems(config((text) => `${text}  leverage: 20\n`))[0]).toContain(
      'known are max_total_exposure, price_band',
    );
  });

  it('suggests the key that is still free', () => {
    const found = problems(strategy((text) => `${text}take_profits: 5%\n`));
    expect(found).toEqual([
      'strategies/dca.yaml:9:1 take_profits: unknown key (did you mean "take_profit"?)',
    ]);
  });

  it('names a missing key at the block that lacks it', () => {
    expect(
      problems(config((text) => text.replace('max_total_exposure: 5000 USDT', 'price_band: 4%'))),
    ).toEqual([
      'config/plimsoll.yaml:5:1 risk.max_total_exposure: is missing; write an amount with its currency such as "1000 USDT"',
    ]);
  });

  it('refuses bare numbers and names both readings', () => {
    expect(problems(strategy((text) => `${text}stop_loss: 3\n`))).toEqual([
      'strategies/dca.yaml:9:12 stop_loss: write "3%" for 3 percent or "300%" for the fraction 3; a bare 3 could mean either',
    ]);
  });

  it('names the nearest of several words', () => {
    expect(problems(config((text) => text.replace('sandbox', 'sandbx')))[0]).toContain(
      'mode: "sandbx" is not one of paper, sandbox, live (did you mean "sandbox"?)',
    );
  });

  it('refuses an unknown kind, and still checks the common keys', () => {
    const found = problems(
      strategy((text) => text.replace('kind: dca', 'kind: dka').replace('1000 USDT', '1000')),
    );
    expect(found).toEqual([
      'strategies/dca.yaml:3:7 kind: "dka" is not one of grid, dca, trend, mean_reversion (did you mean "dca"?)',
      expect.stringContaining(
        'strategies/dca.yaml:6:9 budget: write "1000 USDT" with the currency',
      ),
    ]);
  });

  it('refuses another version of the format', () => {
    expect(
      problems(config((text) => text.replace('schema_version: 1', 'schema_version: 2')))[0],
    ).toContain('it reads schema_version: 1');
  });

  it('says what an empty block needs', () => {
    expect(problems(config((text) => `${text}log:\n`))[0]).toContain('log: is empty');
    expect(problems(config((text) => `${text}log: info\n`))[0]).toContain(
      'log: must be a block of keys',
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'refuses %s as an asset, wherever one is named, instead of leaving it out',
    (name) => {
      const written = `{ balances: { USDT: "5", ${name}: "5" } }`;
      for (const text of [`${CONFIG}paper: ${written}\n`, CONFIG.replace('{ seed: 7 }', written)]) {
        const [problem = '', ...more] = problems({ 'config/plimsoll.yaml': text });
        expect(more).toEqual([]);
        expect(problem).toContain(`balances.${name}: `);
        expect(problem).not.toContain(':1:1:');
      }
    },
  );

  it('refuses asset codes that are none', () => {
    expect(problems(config((text) => `${text}paper: { balances: { usdt: "5" } }\n`))[0]).toContain(
      'is not an asset code',
    );
  });

  it('lists all problems of all files at once', () => {
    const found = problems({
      ...config((text) => text.replace('sandbox', 'demo').replace('5000 USDT', '5000')),
      ...strategy((text) => text.replace('10m', '10').replace('50 USDT', '50 USD')),
      'strategies/second.yaml': DCA.replace('id: dca-one\n', ''),
    });
    expect(found.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'config/plimsoll.yaml:2:7 mode:',
      'config/plimsoll.yaml:6:23 risk.max_total_exposure:',
      'strategies/dca.yaml:7:8 every:',
      'strategies/second.yaml:1:1 id:',
    ]);
  });
});

describe('rules across keys and files', () => {
  it('refuses two strategies of one id and says where the first is', () => {
    expect(problems({ 'strategies/twin.yaml': DCA })).toEqual([
      'strategies/twin.yaml:2:5 id: "dca-one" is the id of strategies/dca.yaml:2 already (give each strategy an id of its own)',
    ]);
  });

  it('refuses money in another currency than the market’s', () => {
    expect(problems(strategy((text) => text.replace('50 USDT', '50 EUR')))[0]).toContain(
      'strategies/dca.yaml:8:9 amount: is in EUR, but BTC/USDT is paid in USDT',
    );
    expect(problems(strategy((text) => text.replace('1000 USDT', '1000 EUR')))[0]).toContain(
      'budget: is in EUR',
    );
  });

  it('refuses a strategy in another quote than the limits', () => {
    const found = problems(strategy((text) => text.replaceAll('USDT', 'EUR')));
    expect(found[0]).toContain('symbol: BTC/EUR is paid in EUR, but risk.max_total_exposure');
  });

  it('applies the kind’s own rules', () => {
    expect(problems(strategy((text) => text.replace('50 USDT', '5000 USDT')))[0]).toContain(
      'dca.yaml:8:9 amount: must be at most the budget',
    );
  });

  it.each([
    ['live', '{ simulated: {} }', 'exchange.simulated'],
    ['live', '{ testnet: true }', 'exchange.testnet'],
    ['paper', '{ testnet: true }', 'exchange.testnet'],
    ['sandbox', '{}', 'mode'],
    ['sandbox', '{ testnet: true, simulated: {} }', 'exchange.testnet'],
  ])('refuses mode %s with exchange %s', (mode, exchange, path) => {
    const text = `schema_version: 1\nmode: ${mode}\nexchange: ${exchange}\nrisk: { max_total_exposure: 1 USDT }\n`;
    const keys = { PLIMSOLL_API_KEY: 'k', PLIMSOLL_API_SECRET: 's' };
    const result = load({ 'config/plimsoll.yaml': text }, keys);
    expect(result.ok ? [] : result.error.map((problem) => problem.path)).toEqual([path]);
  });

  it('wants keys for real accounts, from the environment', () => {
    const live = config((text) => text.replace('sandbox', 'live').replace(/exchange:\n.*\n/, ''));
    expect(problems(live)[0]).toContain('PLIMSOLL_API_KEY');
    expect(problems(live, { PLIMSOLL_API_KEY: 'k' })[0]).toContain('not both set');
    expect(load(live, { PLIMSOLL_API_KEY: 'k', PLIMSOLL_API_SECRET: 's' }).ok).toBe(true);
  });

  it('refuses keys in the file', () => {
    const found = problems(
      config((text) => text.replace('exchange:\n', 'exchange:\n  api_key: abc\n')),
    );
    expect(found[0]).toContain('exchange.api_key: unknown key');
  });

  it('wants REDIS_URL when Redis is asked for', () => {
    expect(problems(config((text) => `${text}queue: { backend: redis }\n`))[0]).toContain(
      'queue.backend: is redis, but REDIS_URL is not set',
    );
  });

  it('wants play money in the quote currency for paper trading', () => {
    const paper = config((text) =>
      text.replace('sandbox', 'paper').concat('paper: { balances: { BTC: "1" } }\n'),
    );
    expect(problems(paper)[0]).toContain('paper.balances: has no USDT');
  });

  it('refuses a socket path that no system takes', () => {
    expect(
      problems(config((text) => `${text}control: { socket: /tmp/${'x'.repeat(100)} }\n`))[0],
    ).toContain('control.socket');
  });
});

describe('an exchange', () => {
  const KEYS = { PLIMSOLL_API_KEY: 'k', PLIMSOLL_API_SECRET: 's' };
  const with_ = (mode: string, exchange: string): Readonly<Record<string, string>> => ({
    'config/plimsoll.yaml': `schema_version: 1\nmode: ${mode}\nexchange: ${exchange}\nrisk: { max_total_exposure: 5000 USDT }\n`,
  });
  const unproven = ['bybit', 'kraken', 'coinbase', 'kucoin', 'gate'];
  const thirdPart = { PLIMSOLL_API_PASSPHRASE: 'p' };

  it.each(['binance', 'okx'])('%s can be used in every mode, and be simulated', (id) => {
    for (const [mode, rest] of [
      ['live', ''],
      ['paper', ''],
      ['sandbox', ', testnet: true'],
      ['sandbox', ', simulated: {}'],
    ] as const) {
      const { config: read, warnings } = loaded(with_(mode, `{ id: ${id}${rest} }`), {
        ...KEYS,
        ...thirdPart,
      });
      expect(read.exchange.id).toBe(id);
      expect(warnings).toEqual([]);
    }
  });

  it.each(unproven)('%s is refused in every mode until that is accepted', (id) => {
    for (const mode of ['live', 'paper']) {
      const [problem] = problems(with_(mode, `{ id: ${id} }`), { ...KEYS, ...thirdPart });
      expect(problem).toContain(`exchange.id: is ${id}, which this program was never run against`);
      expect(problem).toContain('unproven: accept');
    }
  });

  it.each(unproven)('%s is used with a warning once that is accepted', (id) => {
    for (const mode of ['live', 'paper']) {
      const { config: read, warnings } = loaded(with_(mode, `{ id: ${id}, unproven: accept }`), {
        ...KEYS,
        ...thirdPart,
      });
      expect(read.exchange).toMatchObject({ id, acceptsUnproven: true });
      expect(warnings.map(({ path, problem }) => [path, problem.slice(0, 40)])).toEqual([
        [
          'exchange.unproven',
          `${id} is unproven: its rules are from its documentation`.slice(0, 40),
        ],
      ]);
    }
  });

  it.each(unproven)('%s has no simulated exchange', (id) => {
    const found = problems(with_('sandbox', `{ id: ${id}, unproven: accept, simulated: {} }`));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`exchange.simulated: speaks no protocol of ${id}`);
  });

  it('without a test network cannot be used on one', () => {
    const found = problems(
      with_('sandbox', '{ id: kraken, unproven: accept, testnet: true }'),
      KEYS,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('exchange.testnet: kraken has no test network');
  });

  it('whose keys have three parts wants all of them', () => {
    const found = problems(with_('live', '{ id: okx }'), KEYS);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('keys of okx have a third part: PLIMSOLL_API_PASSPHRASE is not set');
  });

  it('that is none of these is refused with their names', () => {
    expect(problems(with_('paper', '{ id: bitstamp }'))[0]).toContain(
      'is not one of binance, okx, bybit, kraken, coinbase, kucoin, gate',
    );
  });

  describe('behind a proxy', () => {
    const behind = (proxy: string) =>
      with_(
        'sandbox',
        `{ simulated: {}, proxy: ${proxy === '7' ? proxy : JSON.stringify(proxy)} }`,
      );

    it.each([
      'http://10.0.0.1:3128',
      'socks5://localhost:1080',
      'http://proxy:80',
      'http://[::1]:8/',
    ])('takes %s', (proxy) => {
      expect(loaded(behind(proxy)).config.exchange.proxy).toBe(proxy);
    });

    it.each([
      ['10.0.0.1:3128', 'is not an address such as'],
      ['https://10.0.0.1:3128', 'is not an address such as'],
      ['socks4://10.0.0.1:1080', 'is not an address such as'],
      ['http://10.0.0.1', 'has no port'],
      ['http://10.0.0.1:3128/path', 'is more than an address'],
      ['http://me:secret@10.0.0.1:3128', 'PLIMSOLL_PROXY_AUTH'],
      ['7', 'write an address such as'],
    ])('refuses %s', (proxy, words) => {
      const found = problems(behind(proxy));
      expect(found[0]).toContain('exchange.proxy');
      expect(found[0]).toContain(words);
      expect(found.join()).not.toContain('secret');
    });

    it('wants user and password from the environment, both', () => {
      const files = behind('http://10.0.0.1:3128');
      expect(loaded(files, { PLIMSOLL_PROXY_AUTH: 'me:secret' }).secrets.proxyAuth).toBe(
        'me:secret',
      );
      const found = problems(files, { PLIMSOLL_PROXY_AUTH: 'secret' });
      expect(found[0]).toContain('is not a user and a password');
      expect(found.join()).not.toContain('"secret"');
    });
  });
});
