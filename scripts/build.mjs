// `npm run build`: builds beside dist, then takes its place. Whoever runs from dist goes on with whole files, a build that
// fails leaves dist as it was, and a file that was renamed does not live on in it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';

// Named for this process: two builds of one checkout do not meet.
const next = `dist.next-${process.pid}`;
const old = `dist.old-${process.pid}`;

for (const left of readdirSync('.').filter(isLeft)) remove(left);
mkdirSync(next);
const done = run('tsc', '--outDir', next) && run('node', 'scripts/copy-assets.mjs', next);
if (done) takePlace();
else process.exitCode = 1;
remove(next);

function run(command, ...args) {
  return spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
}

function takePlace() {
  for (;;) {
    try {
      renameSync('dist', old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    try {
      renameSync(next, 'dist');
      return remove(old);
    } catch (error) {
      // Another build was quicker: its dist makes way too.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      remove(old);
    }
  }
}

/** Of a build that was killed. */
function isLeft(name) {
  const [, pid] = /^dist\.(?:next|old)-(\d+)$/.exec(name) ?? [];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
}
