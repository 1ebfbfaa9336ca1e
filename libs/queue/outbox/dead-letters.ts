import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Meta } from './segment.ts';

export interface DeadLetter {
  readonly id: string;
  readonly meta: Meta;
  readonly body: Buffer;
  /** Wall clock, ms since 1970. */
  readonly at: number;
}

/** Files kept; beyond them the oldest go. */
const mostLetters = 1000;

/**
 * Results that nobody takes, for a person to look at: a file each, its first line what is known of it, the rest its body.
 * Answers with the file.
 * @throws when the disk does not take it
 */
export async function keepDeadLetter(folder: string, { id, meta, body, at }: DeadLetter): Promise<string> {
  const dead = join(folder, 'dead');
  await mkdir(dead, { recursive: true });
  const name = `${String(at).padStart(15, '0')}-${id.replaceAll(/[^\w.-]/g, '_').slice(0, 80)}`;
  const file = join(dead, name);
  const handle = await open(`${file}.part`, 'w');
  try {
    await handle.writeFile(Buffer.concat([Buffer.from(`${JSON.stringify({ id, at, meta })}\n`), body]));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.part`, file);
  await removeOldest(dead);
  return file;
}

async function removeOldest(dead: string): Promise<void> {
  const names = (await readdir(dead)).toSorted();
  for (const name of names.slice(0, Math.max(0, names.length - mostLetters))) {
    await unlink(join(dead, name)).catch(() => undefined);
  }
}
