import type { ExitGuard } from '../user-code/exit-guard.ts';
import type { FromChild } from './frames.ts';

const longest = 4096;

/** What a job prints becomes log lines with its id; what is printed outside of jobs stays on stdout and stderr. */
export function routePrints(guard: ExitGuard, send: (frame: FromChild) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (text: unknown, ...rest: unknown[]): boolean => {
      const run = guard.current()?.run;
      if (run === undefined || typeof text !== 'string')
        return Reflect.apply(write, stream, [text, ...rest]) as boolean;
      for (const line of text.split('\n')) {
        if (line !== '') send({ type: 'printed', run, line: line.slice(0, longest) });
      }
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
}
