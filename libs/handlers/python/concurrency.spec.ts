import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

it('55: sync jobs overlap in threads of their own, and never hold up the others', async () => {
  const text = `
import runpod, threading
together = threading.Barrier(4, timeout=20)
def handler(job):
    together.wait()
    return threading.current_thread() is not threading.main_thread()
runpod.serverless.start({"handler": handler})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  expect(await trial.start()).toMatchObject({ sync: true });
  const results = await Promise.all([1, 2, 3, 4].map((n) => trial.result(n, { id: `job-${n}` })));
  expect(results).toEqual(Array.from({ length: 4 }, () => ({ outcome: 'succeeded', output: true })));
});

it('one sync job after the other finds the same thread', async () => {
  const text = `
import runpod, threading
def handler(job):
    return threading.get_ident()
runpod.serverless.start({"handler": handler})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  const first = await trial.result({});
  expect(await trial.result({})).toEqual(first);
});
