// `helm test`: one job goes to the gateway, through the queue, to a worker and back. Gateway and worker may first have to start.
const { GATEWAY, ENDPOINT_ID, API_KEYS = '', PATIENCE_SECONDS = '280' } = process.env;
const until = Date.now() + Number(PATIENCE_SECONDS) * 1000;
const [key = ''] = API_KEYS.split(',').map((each) => each.slice(each.indexOf(':') + 1).trim());
const headers = { 'content-type': 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) };
const pause = () => new Promise((resolve) => setTimeout(resolve, 2000));
const call = async (path, options) => {
  try {
    const answer = await fetch(`${GATEWAY}/v2/${ENDPOINT_ID}/${path}`, { headers, ...options });
    const text = await answer.text();
    console.log(path, answer.status, text);
    return answer.ok ? JSON.parse(text) : { status: 'REFUSED' };
  } catch (error) {
    console.log(path, String(error.cause ?? error));
    return undefined;
  }
};
const patiently = async (path, options) => {
  let answer = await call(path, options);
  while (answer === undefined && Date.now() < until) {
    await pause();
    answer = await call(path, options);
  }
  return answer ?? { status: 'UNREACHABLE' };
};
let job = await patiently('runsync', { method: 'POST', body: JSON.stringify({ input: {} }) });
while (job.status.startsWith('IN_') && Date.now() < until) {
  await pause();
  job = await patiently(`status/${job.id}`, {});
}
process.exitCode = job.status === 'COMPLETED' ? 0 : 1;
