// tsc copies only what it compiles; the Python bridge travels beside the compiled file that starts it.
import { cpSync } from 'node:fs';

cpSync('libs', 'dist/libs', { recursive: true, filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith('.py') });
