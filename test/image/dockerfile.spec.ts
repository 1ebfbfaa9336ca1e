import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyOf, ignores } from './copy.ts';
import { lineage, stagesOf, targetOf, textsOf, type Stage } from './dockerfile.ts';
import { imageOf } from './image.ts';

const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));
const dockerignore = readFileSync('.dockerignore', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<Record<string, string>>;

const build = targetOf(stages, 'build');
const python = targetOf(stages, 'python');
const last = targetOf(stages);
const targets = [
  ['the default target', last],
  ['the python target', python],
] as const;

describe('the Dockerfile', () => {
  it('stands on one Node of an exact version', () => {
    const bases = stages.map(({ base }) => base).filter((base) => !stages.some(({ name }) => name === base));
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/);
  });

  it('has Python in the python target alone, and leaves no package lists', () => {
    const installs = (stage: Stage): readonly string[] =>
      textsOf(lineage(stages, stage), 'RUN').filter((text) => /apt-get|python/.test(text));
    expect(installs(last)).toEqual([]);
    expect(installs(python)).toEqual([
      'apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*',
    ]);
    expect(imageOf(stages, python).environment).toMatchObject({ PYTHONDONTWRITEBYTECODE: '1' });
  });

  it('copies what is there or what the build makes, and what .dockerignore does not keep from it', () => {
    const made = ['/app/node_modules', '/app/dist'];
    const copies = stages.flatMap(({ instructions }) => textsOf(instructions, 'COPY').map(copyOf));
    const sources = copies.flatMap(({ sources: each }) => each).filter((source) => !made.includes(source));
    const paths = sources.map((source) => source.replace('/app/', ''));
    expect(paths.filter((path) => !existsSync(path) || ignores(dockerignore, path))).toEqual([]);
    expect(new Set(copies.map(({ from }) => from))).toEqual(new Set([undefined, 'build']));
    const runs = textsOf(build.instructions, 'RUN').join(' && ').split(' && ');
    expect(runs).toEqual(expect.arrayContaining(['npm ci --ignore-scripts', 'npm run build']));
  });

  it.each(['package.json', 'tsconfig.json', 'scripts/build.mjs', 'apps/cli/main.ts', 'libs/core/index.ts', 'LICENSE'])(
    'shows the builder %s',
    (path) => {
      expect(existsSync(path)).toBe(true);
      expect(ignores(dockerignore, path)).toBe(false);
    },
  );

  it.each([
    '.env',
    'examples/echo/.env.local',
    '.flyball/queue.db',
    'examples/.flyball/outbox/1',
    'jobs.db',
    '.git/config',
  ])('never shows the builder %s, which may hold secrets or jobs', (path) =>
    expect(ignores(dockerignore, path)).toBe(true),
  );

  it.each(['node_modules/zod/index.js', 'dist/apps/cli/main.js', 'test/stack.spec.ts', 'libs/core/limit.spec.ts'])(
    'does not show the builder %s, which it does not need',
    (path) => expect(ignores(dockerignore, path)).toBe(true),
  );
});

describe.each(targets)('%s', (_name, stage) => {
  const image = imageOf(stages, stage);
  const instructions = lineage(stages, stage);

  it('runs as a user who is not root, by number, and makes that user with that number', () => {
    expect(image.user).toBe('10001:10001');
    const [made = ''] = textsOf(instructions, 'RUN');
    expect(made).toContain('groupadd --gid 10001 ');
    expect(made).toContain('useradd --uid 10001 --gid 10001 ');
  });

  it('gets signals itself: no shell stands between, and there is a check of its health', () => {
    expect(image.entrypoint).toEqual(['node', 'dist/apps/cli/main.js']);
    expect(image.healthcheck.slice(0, 2)).toEqual(['node', '-e']);
    expect(image.healthcheck.join()).toContain('/healthz');
  });

  it('keeps its state in the volume, and its home where a read-only root can be written', () => {
    expect(image.environment).toMatchObject({
      NODE_ENV: 'production',
      HOME: '/tmp',
      BIND_ADDRESS: '0.0.0.0',
      QUEUE_URL: 'sqlite:/var/lib/flyball/queue.db',
      QUEUE_OUTBOX: '/var/lib/flyball/outbox',
    });
    expect(textsOf(instructions, 'VOLUME')).toEqual(['/var/lib/flyball']);
  });

  it('says of itself what package.json says', () => {
    expect(image.labels).toEqual({
      'org.opencontainers.image.title': 'Flyball',
      'org.opencontainers.image.description': manifest['description'],
      'org.opencontainers.image.licenses': manifest['license'],
    });
  });
});
