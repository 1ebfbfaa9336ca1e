import { Worker } from 'node:worker_threads';

const everyMs = 1000;

/**
 * Ends this process group when its parent has died. A thread watches, as the user's code may keep the event loop from
 * ever seeing its pipe close.
 */
export function watchParent(): void {
  const code = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid === parent) return;
      try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
    }, ${everyMs});
  `;
  new Worker(code, { eval: true, execArgv: [], env: {} }).unref();
}
