// A BullMQ worker that runs as many jobs at once as a Flyball beside it says. Without an answer it keeps what it has.
const url = `${process.env.FLYBALL_URL ?? 'http://127.0.0.1:8080'}/concurrency`;

export function follow(worker, everyMs = 1000) {
  return setInterval(async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(500) }).catch(() => undefined);
    const limit = answer?.ok ? Number(await answer.text()) : Number.NaN;
    if (limit >= 1) worker.concurrency = limit;
  }, everyMs);
}
