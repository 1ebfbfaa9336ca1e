#!/usr/bin/env node
// This file must load on a Node too old for the rest, so it imports the rest only after the check.
import { spawn } from 'node:child_process';
import { endWithNpm } from './end-with-npm.ts';
import { bundledNode, isTooOld, tooOldMessage } from './node-version.ts';

endWithNpm(process.env);
if (isTooOld(process.versions.node)) rerun(bundledNode());
else {
  const { run } = await import('./run.ts');
  // Whatever a handler left open must not keep the process: when the command is done, so is the program.
  process.exit(await run(process.argv.slice(2)));
}

/** The same command on the Node that came with the package; signals and the exit status pass through. */
function rerun(node: string | undefined): void {
  if (node === undefined) {
    console.error(`[NODE_TOO_OLD] ${tooOldMessage(process.versions.node)}`);
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // the channel tells the child when this process is killed
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1;
    else {
      for (const each of signals) process.removeAllListeners(each);
      process.kill(process.pid, signal);
    }
  });
}
