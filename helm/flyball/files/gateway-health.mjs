// `helm test`: the gateway is reached by its Service, lives, and reaches its queue. It may first have to start.
const { GATEWAY, PATIENCE_SECONDS = '120' } = process.env;
const until = Date.now() + Number(PATIENCE_SECONDS) * 1000;
const isWell = async (path) => {
  try {
    const answer = await fetch(GATEWAY + path, { signal: AbortSignal.timeout(10_000) });
    console.log(path, answer.status, await answer.text());
    return answer.ok;
  } catch (error) {
    console.log(path, String(error.cause ?? error));
    return false;
  }
};
for (const path of ['/healthz', '/readyz']) {
  let well = await isWell(path);
  while (!well && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    well = await isWell(path);
  }
  if (!well) process.exitCode = 1;
}
