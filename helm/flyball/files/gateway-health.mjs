// `helm test`: the gateway is reached by its Service, lives, and reaches its queue.
for (const path of ['/healthz', '/readyz']) {
  const answer = await fetch(process.env.GATEWAY + path, { signal: AbortSignal.timeout(10_000) });
  console.log(path, answer.status, await answer.text());
  if (!answer.ok) process.exitCode = 1;
}
