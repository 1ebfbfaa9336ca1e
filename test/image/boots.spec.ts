import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { markProcesses } from '../fixtures/marked-processes.ts';
import { hasRedis, startRedis } from '../fixtures/redis-server.ts';
import { boot, type Booted } from './boot.ts';
import { stagesOf, targetOf } from './dockerfile.ts';
import { imageOf } from './image.ts';
import { makeRoot } from './make-root.ts';
import { whyNotHere } from './own-namespace.ts';
import { installedIn, strangersIn } from './packages.ts';

const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));
const image = imageOf(stages, targetOf(stages));
const pythonImage = imageOf(stages, targetOf(stages, 'python'));
const echo = ['start', 'examples/echo/handler.mjs'];
const mark = markProcesses();
const why = whyNotHere();

const as10001 = ['--reuid=10001', '--regid=10001', '--clear-groups', '--'];
const isNewEnough = ['python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))'];
const hasPython = spawnSync('setpriv', [...as10001, ...isNewEnough], { env: { PATH: '/usr/bin:/bin' } }).status === 0;

// The image itself is not here, for no engine is: this is what the Dockerfile's words make of this machine's programs.
describe.skipIf(why !== undefined)(`the tree of the image in a pod's limits${why ? ` (skipped: ${why})` : ''}`, () => {
  let folder: string;
  let root: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flyball-image-'));
    root = await makeRoot(folder, stages);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = async (command: readonly string[], settings = {}, of = image): Promise<Booted> => {
    const common = { AUTH: 'none', BIND_ADDRESS: '127.0.0.1', TELEMETRY_GPU: 'none', ...mark.environment };
    const booted = await boot({ root, image: of }, command, { ...common, ...settings });
    onTestFinished(async () => void (await booted.stop('SIGKILL')));
    return booted;
  };

  it('has no package of development, no spec, no second Node, and nothing that only our own development wants', () => {
    expect(installedIn(root)).toContain('node_modules/fastify');
    expect(strangersIn(root)).toEqual([]);
  });

  it('runs as process 1, as 10001, with no capability and no way to one', async () => {
    const { inside } = await start(echo);
    const { text } = await inside(['cat', '/proc/1/cmdline', '/proc/1/status']);
    expect(text).toMatch(/^node\0dist\/apps\/cli\/main\.js\0start\0/);
    expect(text).toMatch(/^Uid:(\t10001){4}$/m);
    expect(text).toMatch(/^Gid:(\t10001){4}$/m);
    expect(text).toMatch(/^Groups:\s*$/m);
    expect(text.match(/^Cap(Inh|Prm|Eff|Bnd|Amb):\t0{16}$/gm)).toHaveLength(5);
    expect(text).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it('serves a job, and its own check of its health says so', async () => {
    const flyball = await start(echo);
    expect(await runsync(flyball, { a: 1 })).toMatchObject({ status: 'COMPLETED', output: { a: 1 } });
    expect(await flyball.inside(image.healthcheck)).toEqual({ status: 0, text: '' });
    const elsewhere = ['env', 'PORT=1', ...image.healthcheck];
    expect(await flyball.inside(elsewhere)).toEqual({ status: 1, text: '' });
  });

  it('keeps its state under /var/lib/flyball, leaves /tmp empty, and can write nowhere else', async () => {
    const flyball = await start(echo, { HANDLER_ISOLATION: 'process' });
    await runsync(flyball, {});
    const files = await filesOf(flyball);
    expect(files).toContain('/var/lib/flyball/queue.db');
    expect(files.filter((path) => !path.startsWith('/var/lib/flyball/queue.db'))).toEqual([]);
    const places = ['/', '/app', '/etc', '/usr', '/var', '/var/log/flyball'];
    const { text } = await flyball.inside(['touch', ...places.map((place) => join(place, 'written'))]);
    expect(text.split('\n')).toEqual(places.map(() => expect.stringMatching(/: Read-only file system$/) as string));
    const mounts = await flyball.inside(['cat', '/proc/mounts']);
    const writable = [...mounts.text.matchAll(/^\S+ (\S+) \S+ rw,/gm)].map(([, place = '']) => place);
    expect(writable.filter((place) => !/^\/(proc$|dev\/)/.test(place))).toEqual(['/tmp', '/var/lib/flyball']);
  });

  it('drains at SIGTERM: the job in flight is answered, and the status is 0', async () => {
    const flyball = await start(echo);
    const answer = runsync(flyball, { delay: 1000 });
    const health = async () => (await fetch(`${flyball.url}/v2/local/health`)).json();
    await expect.poll(health).toMatchObject({ jobs: { inProgress: 1 } });
    expect(await flyball.stop('SIGTERM')).toBe(0);
    expect(await answer).toMatchObject({ status: 'COMPLETED' });
  });

  it.skipIf(!hasPython)(
    'runs a Python handler (skipped without a Python 3.10 in /usr/bin that 10001 can run)',
    async () => {
      const flyball = await start(['start', 'examples/python/handler.py'], {}, pythonImage);
      const answer = await runsync(flyball, { text: 'two words', seconds: 0 });
      expect(answer).toMatchObject({ status: 'COMPLETED', output: { words: 2 } });
      expect((await filesOf(flyball)).filter((path) => !path.startsWith('/var/lib/flyball/queue.db'))).toEqual([]);
    },
  );

  it.skipIf(!hasRedis)(
    'runs a gateway’s job on a worker, whose outbox is state (skipped without redis-server)',
    async () => {
      const redis = await startRedis();
      onTestFinished(() => redis.close());
      const settings = { QUEUE_URL: redis.url };
      const [gateway, worker] = await Promise.all([
        start(['gateway'], settings),
        start(['worker', 'examples/echo/handler.mjs'], settings),
      ]);
      expect(await runsync(gateway, { a: 1 })).toMatchObject({ status: 'COMPLETED', output: { a: 1 } });
      expect(await filesOf(gateway)).toEqual([]);
      const files = await filesOf(worker);
      expect(files).toContain('/var/lib/flyball/outbox/local/1/owner');
      expect(files.filter((path) => !path.startsWith('/var/lib/flyball/outbox/'))).toEqual([]);
      expect(await Promise.all([gateway.stop('SIGTERM'), worker.stop('SIGTERM')])).toEqual([0, 0]);
    },
  );

  it('starts the process that reads devices, which reads the host where there is no GPU', async () => {
    const flyball = await start(echo, { TELEMETRY_GPU: 'auto' });
    const metrics = async () => (await fetch(`${flyball.url}/metrics`)).text();
    await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^flyball_telemetry_up\{.*source="host".*\} 1$/m);
    const { text } = await flyball.inside(['sh', '-c', 'cat /proc/[0-9]*/cmdline']);
    expect(text).toContain('/app/dist/libs/telemetry/probe/main.js');
  });

  it('loads what calls the driver’s library, and lacks that library alone', async () => {
    // In the way of a driver that this machine may have.
    mkdirSync(join(root, 'home/no-driver'));
    writeFileSync(join(root, 'home/no-driver/libnvidia-ml.so.1'), '');
    const starting = start(echo, { TELEMETRY_GPU: 'nvml', LD_LIBRARY_PATH: '/home/no-driver' });
    await expect(starting).rejects.toThrow(/exited with 1[\s\S]*TELEMETRY_UNAVAILABLE.*nvml: .*libnvidia-ml\.so\.1/);
  });

  it('leaves no process and no mount when it is killed', async () => {
    const flyball = await start(echo, { TELEMETRY_GPU: 'auto', HANDLER_ISOLATION: 'process' });
    expect(mark.pids().length).toBeGreaterThan(1);
    await flyball.stop('SIGKILL');
    expect(mark.pids()).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(folder);
  });
});

async function runsync({ url }: Booted, input: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/v2/local/runsync`, { method: 'POST', body: JSON.stringify({ input }) });
  return answer.json();
}

/** In all that can be written. */
async function filesOf({ inside }: Booted): Promise<readonly string[]> {
  const { text } = await inside(['find', '/tmp', '/var/lib/flyball', '-type', 'f']);
  return text.split('\n').filter((line) => line !== '');
}
