import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { copyOf, ignores, type Copy } from './copy.ts';
import { lineage, targetOf, type Instruction, type Stage } from './dockerfile.ts';
import { enginePath, inRoot } from './own-namespace.ts';
import { copyPackages } from './packages.ts';

const run = promisify(execFile);
const repository = resolve('.');

/**
 * Does in the folder what a builder does for the default target, by the Dockerfile's own words: its stages become the folders
 * `build` and `root`. The base image is this machine, and what `npm ci` brings is copied from here.
 * @returns the folder of the last stage
 */
export async function makeRoot(folder: string, stages: readonly Stage[]): Promise<string> {
  const build = join(folder, 'build');
  const root = join(folder, 'root');
  for (const each of targetOf(stages, 'build').instructions) await step(each, build, repository, runHere);
  makeBase(root);
  for (const each of lineage(stages, targetOf(stages))) await step(each, root, build, runInRoot);
  return root;
}

type Run = (command: string, place: string) => Promise<unknown>;

async function step({ keyword, text }: Instruction, place: string, source: string, runs: Run): Promise<void> {
  if (keyword === 'WORKDIR') mkdirSync(join(place, text), { recursive: true });
  if (keyword === 'COPY') copy(copyOf(text), place, source);
  if (keyword === 'RUN') await runs(text, place);
}

/** Relative destinations are below /app, the one WORKDIR. */
function copy({ sources, to }: Copy, place: string, source: string): void {
  for (const each of sources) {
    const from = join(source, each);
    const target = join(place, resolve('/app', to), statSync(from).isDirectory() ? '' : basename(each));
    cpSync(from, target, { ...asItIs, ...(source === repository && { filter: isInContext }) });
  }
}

const asItIs = { recursive: true, verbatimSymlinks: true } as const;
const dockerignore = readFileSync('.dockerignore', 'utf8');
const isInContext = (path: string): boolean =>
  path === repository || !ignores(dockerignore, relative(repository, path));

/** Commands one by one: what two of them would bring is here already. */
async function runHere(commands: string, place: string): Promise<void> {
  const app = join(place, 'app');
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  // Whatever would have to be fetched is an error.
  const env = { ...process.env, PATH: path, npm_config_offline: 'true' };
  for (const command of commands.split(/\s*&&\s*/)) {
    if (command.startsWith('npm ci ')) copyPackages(app);
    else if (command === 'npm run build') cpSync('dist', join(app, 'dist'), { recursive: true });
    else await run('sh', ['-c', command], { cwd: app, env });
  }
}

async function runInRoot(command: string, root: string): Promise<unknown> {
  const [program = '', ...words] = inRoot('build', root, ['env', '-i', `PATH=${enginePath}`, 'sh', '-c', command]);
  return run(program, words);
}

/** What a base image has and this machine's programs do not bring. */
function makeBase(root: string): void {
  for (const each of ['app', 'etc', 'home', 'root', 'tmp', 'var/lib', 'var/log']) {
    mkdirSync(join(root, each), { recursive: true });
  }
  chmodSync(root, 0o755);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
}
