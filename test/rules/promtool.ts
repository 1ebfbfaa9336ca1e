import { spawnSync } from 'node:child_process';

export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

export interface PromtoolAnswer {
  readonly status: number | null;
  /** What it said, on either stream. */
  readonly said: string;
}

export function promtool(args: readonly string[], folder: string): PromtoolAnswer {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8', timeout: 240_000 });
  return { status, said: `${stdout}${stderr}` };
}
