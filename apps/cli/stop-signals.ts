/**
 * Resolves at the first SIGINT or SIGTERM, or when the process that started this one over a channel is gone; the next
 * SIGINT ends the process at once.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => {
      process.once('SIGINT', () => process.exit(130));
      resolve('SIGINT');
    });
    process.once('disconnect', () => resolve('parent gone'));
    // Listening to the channel must not keep the process alive.
    process.channel?.unref();
  });
}
