import { cpSync, existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

/** What `npm ci` brings, of the packages of development only a few: they are most of it, and are removed again. */
export function copyPackages(app: string): void {
  const { packages } = lockAt('package-lock.json');
  // Others lie in these.
  const isOnTop = (path: string): boolean => path.lastIndexOf('node_modules/') === 0;
  const isTaken = (path: string): boolean => packages[path]?.dev !== true || /\/(vitest|typescript)$/.test(path);
  const wanted = Object.keys(packages).filter((path) => isOnTop(path) && isTaken(path));
  for (const path of wanted.filter(existsSync))
    cpSync(path, join(app, path), { recursive: true, verbatimSymlinks: true });
}

/** As npm lists what it installed: `node_modules/zod`. */
export function installedIn(root: string): readonly string[] {
  return Object.keys(lockAt(join(root, 'app/node_modules/.package-lock.json')).packages);
}

/** What a checkout has and an image does not want: packages of development or of our own option, specs, another Node. */
export function strangersIn(root: string): readonly string[] {
  const { packages } = lockAt('package-lock.json');
  const own = Object.keys(packages['']?.optionalDependencies ?? {}).map((name) => `node_modules/${name}`);
  const listed = installedIn(root).filter((path) => packages[path]?.dev === true || own.includes(path));
  return [...listed, ...globSync(['**/bin/node', 'dist/test', 'dist/**/*.spec.*'], { cwd: join(root, 'app') })];
}

function lockAt(path: string): Lock {
  return JSON.parse(readFileSync(path, 'utf8')) as Lock;
}
