import { matchesGlob } from 'node:path';

/** `COPY [--from=STAGE] SOURCE... DESTINATION` */
export interface Copy {
  /** Undefined: the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly to: string;
}

export function copyOf(text: string): Copy {
  const words = text.split(/\s+/);
  const paths = words.filter((word) => !word.startsWith('--'));
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  return { from, sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
}

/** Whether a .dockerignore keeps a path of the repository, or a folder that it lies in, from the builder. */
export function ignores(dockerignore: string, path: string): boolean {
  const patterns = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const parts = path.split('/');
  const withFolders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return patterns.some((pattern) => withFolders.some((each) => matchesGlob(each, pattern)));
}
