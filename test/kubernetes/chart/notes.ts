import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { chart, helm, type RenderOptions } from './helm.ts';

/** An object whose text is what NOTES.txt says. */
const notesObject = 'kind: Notes\ntext: {{ include "notes" . | quote }}\n';

export interface NotesChart {
  /** What `helm install` would print. @throws {Error} with what Helm says */
  readonly notesOf: (options?: RenderOptions) => string;
  readonly remove: () => void;
}

/** A copy of the chart that renders its notes as an object, for `helm template` prints none. */
export function notesChart(): NotesChart {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-notes-'));
  cpSync(chart, folder, { recursive: true });
  const notes = readFileSync(`${chart}/templates/NOTES.txt`, 'utf8');
  writeFileSync(join(folder, 'templates/notes.yaml'), `{{- define "notes" }}${notes}{{ end }}\n${notesObject}`);
  return {
    notesOf: (options = {}) => textOf(template(folder, options)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function template(folder: string, { ci = 'minimal', values = {}, release = 'r', namespace = 'ns' }: RenderOptions) {
  const only = ['--show-only', 'templates/notes.yaml'];
  const args = ['template', release, folder, '-n', namespace, '--kube-version', '1.34.0', ...only];
  const files = ['-f', `${chart}/ci/${ci}-values.yaml`, '-f', '-'];
  const { status, stdout, stderr } = spawnSync(helm, [...args, ...files], {
    encoding: 'utf8',
    input: JSON.stringify(values),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** @throws {Error} where there is no such object */
function textOf(rendered: string): string {
  const [notes] = parseAllDocuments(rendered).map((document): unknown => document.toJS());
  const { text } = notes as { readonly text?: unknown };
  if (typeof text !== 'string') throw new Error(`There are no notes in ${rendered}`);
  // As `helm install` prints them.
  return text.trim();
}
