/** A signal to a whole process group can arrive twice, once from the wrapper: only a later one is a second thought. */
const secondThoughtMs = 500;

/**
 * Resolves at the first SIGINT or SIGTERM, or when the process that started this one over a channel is gone; a second
 * SIGINT, some time later, ends the process at once.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let interruptedAt: number | undefined;
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => {
      if (interruptedAt !== undefined && performance.now() - interruptedAt > secondThoughtMs) process.exit(130);
      interruptedAt ??= performance.now();
      resolve('SIGINT');
    });
    process.once('disconnect', () => resolve('parent gone'));
    // Listening to the channel must not keep the process alive.
    process.channel?.unref();
  });
}
