import { execFileSync } from 'node:child_process';

/** Of the sources that run; "unknown" outside a clone. */
export function commitInForce(): string {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--', 'libs', 'test/bench') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
