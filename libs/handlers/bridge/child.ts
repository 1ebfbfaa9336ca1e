import { Socket } from 'node:net';
import { identityOf } from '../identity.ts';
import { ExitGuard } from '../user-code/exit-guard.ts';
import { loadHandler } from '../user-code/load.ts';
import { ChildJobs } from './child-jobs.ts';
import { routePrints } from './child-prints.ts';
import { encodeFrame, type FromChild, type ToChild } from './frames.ts';
import { LineSplitter } from './line-splitter.ts';
import { watchParent } from './watch-parent.ts';

/** Entry of an isolated JavaScript handler: `child.js HANDLER [arguments]`. */
const [path = '', ...args] = process.argv.slice(2);
process.argv = [process.argv[0] ?? 'node', path, ...args];

const output = new Socket({ fd: 4, readable: false, writable: true });
const input = new Socket({ fd: 3, readable: true, writable: false });
const write = (line: string): void => {
  output.write(line);
};
const send = (frame: FromChild): void => write(encodeFrame(frame));
// The worker reads until the end of this process; when it is gone, so is this one.
output.on('error', () => process.exit(1));
watchParent();

const guard = new ExitGuard();
routePrints(guard, send);

try {
  const code = await loadHandler(path);
  guard.install();
  const identity = identityOf(process.env['RUNPOD_POD_ID'] ?? 'unknown', process.env);
  const jobs = new ChildJobs({ code, guard, identity, write });
  const frames = new LineSplitter(Infinity, (line) => jobs.take(JSON.parse(line) as ToChild));
  input.on('data', (data: Buffer) => frames.push(data));
  input.on('end', () => jobs.take({ type: 'close' }));
  send({ type: 'ready', facts: { hasModifier: code.concurrencyModifier !== undefined, sync: false } });
} catch (error) {
  const message = error instanceof Error ? error.message.replace(/^\[HANDLER_FAILED\] /, '') : String(error);
  send({ type: 'refused', code: 'HANDLER_FAILED', message });
  output.end(() => process.exit(1));
}
