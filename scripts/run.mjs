// `npm start` and its like: builds, then is the command line itself.
import { spawnSync } from 'node:child_process';

// npm that is told to end does not tell its scripts: without it there is nobody left to stop this one.
const npm = process.ppid;
setInterval(() => {
  if (process.ppid !== npm) process.kill(process.pid, 'SIGTERM');
}, 1000).unref();

const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status === 0) await import('../dist/apps/cli/main.js');
else process.exitCode = status ?? 1;
