// `npm start` and its like: builds, then is the command line itself.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status === 0) await import('../dist/apps/cli/main.js');
else process.exitCode = status ?? 1;
