// `helm test`: one job goes to the gateway, through the queue, to a worker and back.
const { GATEWAY, ENDPOINT_ID, API_KEYS = '' } = process.env;
const [key = ''] = API_KEYS.split(',').map((each) => each.slice(each.indexOf(':') + 1).trim());
const headers = { 'content-type': 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) };
const call = async (path, options) => {
  const answer = await fetch(`${GATEWAY}/v2/${ENDPOINT_ID}/${path}`, { headers, ...options });
  const text = await answer.text();
  console.log(path, answer.status, text);
  return answer.ok ? JSON.parse(text) : { status: 'FAILED' };
};
let job = await call('runsync', { method: 'POST', body: JSON.stringify({ input: {} }) });
// A pod may first have to come: five minutes, as long as Helm waits.
for (const until = Date.now() + 300_000; job.status.startsWith('IN_') && Date.now() < until;) {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  job = await call(`status/${job.id}`, {});
}
process.exitCode = job.status === 'COMPLETED' ? 0 : 1;
