// tsc copies only what it compiles; the Python bridge travels beside the compiled file that starts it.
import { chmodSync, cpSync } from 'node:fs';

const dist = process.argv[2] ?? 'dist';
cpSync('libs', `${dist}/libs`, { recursive: true, filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith('.py') });
// npx runs it by a link that it made for an earlier build.
chmodSync(`${dist}/apps/cli/main.js`, 0o755);
