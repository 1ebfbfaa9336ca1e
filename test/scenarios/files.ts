import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { scenarioFile, type ScenarioFile } from './schema.ts';

export interface NamedFile {
  readonly name: string;
  readonly file: ScenarioFile;
}

/**
 * The data files beside this one, by name.
 * @throws {Error} that names the file and what is wrong in it
 */
export function scenarioFiles(): readonly NamedFile[] {
  return globSync('*.json', { cwd: import.meta.dirname })
    .toSorted()
    .map((path) => ({ name: basename(path, '.json'), file: read(path) }));
}

function read(path: string): ScenarioFile {
  const value: unknown = JSON.parse(readFileSync(`${import.meta.dirname}/${path}`, 'utf8'));
  const parsed = scenarioFile.safeParse(value);
  if (!parsed.success) throw new Error(`${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
