/** Resolves after `ms`, or at once when aborted; never rejects. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Back-off with full jitter: `first` doubling to `most`, in ms. */
export function backOff(tries: number, first: number, most: number, random: () => number): number {
  return random() * Math.min(most, first * 2 ** tries);
}
