/** What is wrong in a file is said with its place; a running daemon keeps what was good. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';

const CONFIG = 'config/plimsoll.yaml';
const GRID = 'strategies/grid-btc.yaml';

let project: Project;
let good: Readonly<Record<string, string>>;

beforeAll(() => {
  project = new Project({ speed: 240 });
  good = { [CONFIG]: project.read(CONFIG), [GRID]: project.read(GRID) };
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

function restore(): void {
  for (const [path, text] of Object.entries(good)) project.write(path, text);
}

/** Line and column (from 1) of a text in a file. */
function placeOf(path: string, text: string): string {
  const before = project.read(path).split(text)[0] ?? '';
  const lines = before.split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

const MISTAKES = [
  {
    name: 'a misspelled key',
    file: CONFIG,
    from: /price_band:/u,
    to: 'price_bnad:',
    at: 'price_bnad',
    says: ['price_bnad', 'price_band'],
  },
  {
    name: 'a bad unit',
    file: CONFIG,
    from: /price_band: 5%/u,
    to: 'price_band: 5 bananas',
    at: '5 bananas',
    says: ['risk.price_band', '5 bananas', '3%'],
  },
  {
    name: 'a bare number where a unit is needed, with both readings',
    file: CONFIG,
    from: /price_band: 5%/u,
    to: 'price_band: 3',
    at: '3 #',
    says: ['risk.price_band', '3%', '300%'],
  },
  {
    name: 'a missing key',
    file: CONFIG,
    from: / {2}max_total_exposure:.*\n/u,
    to: '',
    at: 'risk:',
    says: ['risk.max_total_exposure'],
  },
  {
    name: 'a misspelled key of a strategy',
    file: GRID,
    from: /spacing:/u,
    to: 'spcaing:',
    at: 'spcaing',
    says: ['spcaing', 'spacing'],
  },
] as const;

describe('a configuration with a mistake', () => {
  it.each(MISTAKES)('$name: place, key and remedy, exit code 4', async (mistake) => {
    try {
      project.edit(mistake.file, mistake.from, mistake.to);
      const [line = ''] = placeOf(mistake.file, mistake.at).split(':');
      const ran = await project.run('start');
      expect(ran).toMatchObject({ exitCode: 4, stdout: '' });
      expect(ran.stderr).toMatch(new RegExp(`${mistake.file}:${line}:\\d+: `, 'u'));
      for (const words of mistake.says) expect(ran.stderr).toContain(words);
    } finally {
      restore();
    }
  });

  it('names the column', async () => {
    try {
      project.edit(CONFIG, /price_band:/u, 'price_bnad:');
      const { stderr } = await project.run('config', 'check');
      expect(stderr).toContain(`${CONFIG}:${placeOf(CONFIG, 'price_bnad')}: `);
    } finally {
      restore();
    }
  });

  it('has everything that is wrong said at once', async () => {
    try {
      for (const { file, from, to } of [MISTAKES[0], MISTAKES[4]]) project.edit(file, from, to);
      project.edit(CONFIG, /speed: 240/u, 'speed: fast');
      const ran = await project.run('config', 'check', '--json');
      expect(ran.exitCode).toBe(4);
      const { issues } = JSON.parse(ran.stdout) as { issues: unknown[] };
      expect(issues).toHaveLength(3);
    } finally {
      restore();
    }
  });

  it('a file that is not there: exit code 4, and its name', async () => {
    const ran = await project.run('start', '--config', 'config/plimsol.yaml');
    expect(ran).toMatchObject({ exitCode: 4 });
    expect(ran.stderr).toContain('config/plimsol.yaml');
  });

  it('a file that is something else: exit code 4', async () => {
    writeFileSync(`${project.folder}/config/other.yaml`, 'just: [some, yaml\n');
    const ran = await project.run('start', '--config', 'config/other.yaml');
    expect(ran).toMatchObject({ exitCode: 4 });
    expect(ran.stderr).toMatch(/config\/other\.yaml:\d+:\d+/u);
  });
});

describe('a running daemon', () => {
  let hash: string;

  beforeAll(async () => {
    restore();
    await project.start();
    ({ hash } = (await project.status()).config);
  }, DAEMON_TEST_MS);

  async function log(): Promise<string> {
    return (await project.run('logs', '--json', '-n', '1000')).stdout;
  }

  it('keeps its configuration when reload finds a mistake, which exits with 4', async () => {
    project.edit(CONFIG, /price_band:/u, 'price_bnad:');
    const ran = await project.run('reload');
    expect(ran).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('price_bnad') });
    expect(await project.status()).toMatchObject({ running: true, config: { hash } });
  });

  it('keeps it on SIGHUP as well, and says in its log what is wrong', async () => {
    const { pid } = project.daemon();
    process.kill(pid, 'SIGHUP');
    await eventually(async () => (await log()).includes('not reloaded'), 250);
    expect(await log()).toMatch(/plimsoll\.yaml:\d+:\d+: [^"]*price_bnad/u);
    expect(await project.status()).toMatchObject({ running: true, pid, config: { hash } });
    restore();
  });

  it(
    'takes a good one over, in the same process and with its orders',
    async () => {
      const { pid } = project.daemon();
      await eventually(async () => (await project.status()).risk.open_orders >= 5, 250);
      project.edit(CONFIG, /max_total_exposure: 5000/u, 'max_total_exposure: 4000');
      const reloaded = await project.json<{ changed: boolean; config_hash: string }>('reload');
      expect(reloaded.changed).toBe(true);
      expect(reloaded.config_hash).not.toBe(hash);
      expect(await project.status()).toMatchObject({
        running: true,
        pid,
        state: 'running',
        config: { hash: reloaded.config_hash },
        risk: { max_total_exposure: '4000', open_orders: expect.any(Number) },
      });
      expect((await project.status()).risk.open_orders).toBeGreaterThan(0);
      expect(await project.json('reload')).toMatchObject({ changed: false });
    },
    DAEMON_TEST_MS,
  );

  it(
    'takes one over on SIGHUP',
    async () => {
      const { pid } = project.daemon();
      restore();
      process.kill(pid, 'SIGHUP');
      await eventually(async () => {
        const status = await project.run('status', '--json');
        if (status.exitCode !== 0) return false;
        const { config, state } = JSON.parse(status.stdout) as {
          config: { hash: string };
          state: string;
        };
        return config.hash === hash && state === 'running';
      }, 250);
      expect(await project.status()).toMatchObject({ pid, risk: { max_total_exposure: '5000' } });
    },
    DAEMON_TEST_MS,
  );
});
