import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { FlyballError } from '#libs/core';

/**
 * The Python to run: the one asked for, the variable PYTHON, else `python3` or `python` of the PATH. Its version is checked
 * by the bridge, which it runs.
 * @throws {FlyballError} HANDLER_FAILED
 */
export function pythonInterpreter(asked: string | undefined, env: NodeJS.ProcessEnv): string {
  const named = asked ?? (env['PYTHON'] || undefined);
  const candidates = named === undefined ? ['python3', 'python'] : [named];
  const found = candidates.find((name) => isRunnable(name, env['PATH'] ?? ''));
  if (found !== undefined) return found;
  const looked = named === undefined ? 'Neither python3 nor python is on the PATH' : `PYTHON=${named} cannot be run`;
  throw new FlyballError('HANDLER_FAILED', `${looked}. Install Python 3.10 or newer, or set PYTHON to its path.`);
}

function isRunnable(name: string, path: string): boolean {
  // Windows adds endings of its own: let it try.
  if (process.platform === 'win32') return true;
  const places = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
