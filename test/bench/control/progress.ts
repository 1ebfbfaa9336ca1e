/** Tells whoever waits how far it is. */
export interface Progress {
  begin(what: string, of: number): void;
  step(): void;
}

export const silent: Progress = { begin: () => undefined, step: () => undefined };

/** On a terminal one line that changes; elsewhere a line for each quarter. */
export function progressOn(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): Progress {
  let [what, of, done] = ['', 0, 0];
  const say = (): void => {
    const text = `${what}: ${done} of ${of}`;
    if (stream.isTTY) stream.write(`\r${text}\u001B[K${done === of ? '\n' : ''}`);
    else if (done === of || Math.floor((4 * done) / of) > Math.floor((4 * (done - 1)) / of)) stream.write(`${text}\n`);
  };
  return {
    begin(next, count) {
      [what, of, done] = [next, count, 0];
    },
    step() {
      done += 1;
      say();
    },
  };
}
