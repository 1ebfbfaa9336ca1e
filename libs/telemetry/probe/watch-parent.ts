import { Worker } from 'node:worker_threads';

/**
 * Ends this process group when the worker has died. A thread watches: while the main one hangs in a driver's library, it
 * does not see its channel close. The kernel's signal at a parent's death (PR_SET_PDEATHSIG) would end this process alone,
 * and with it the chance to end the commands it has started.
 */
export function watchParent(parent: number): void {
  const code = `
    setInterval(() => {
      if (process.ppid === ${parent}) return;
      try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
    }, 1000);
  `;
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 4, stackSizeMb: 1 };
  const watcher = new Worker(code, { eval: true, execArgv: [], env: {}, resourceLimits });
  watcher.on('error', (error) => process.stderr.write(`nothing watches for the end of the worker: ${String(error)}\n`));
  watcher.unref();
}
