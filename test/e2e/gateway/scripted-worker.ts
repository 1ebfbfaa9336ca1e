import { call, type Answer, type TestGateway } from './start-gateway.ts';

export interface ScriptedWorker {
  readonly id: string;
  /** `job-take`, or with a size `job-take-batch`. */
  readonly take: (size?: number) => Promise<Answer>;
  readonly stop: () => Promise<Answer>;
  /** A body that is no text is sent as JSON, under the type that the SDK sends. */
  readonly done: (job: string, body: unknown, isStream?: boolean) => Promise<Answer>;
  readonly stream: (job: string, body: unknown) => Promise<Answer>;
  readonly ping: (...jobs: readonly string[]) => Promise<Answer>;
  readonly unhealthy: (check: string, reason: string) => Promise<Answer>;
}

/** A worker that makes the calls of RunPod's SDK, each when the test says so. */
export function scriptedWorker(
  gateway: Pick<TestGateway, 'baseUrl'>,
  { id = 'pod-1', key = '' }: { readonly id?: string; readonly key?: string } = {},
): ScriptedWorker {
  const headers = { authorization: key, 'content-type': 'application/json', 'x-request-id': 'another-job' };
  const form = { ...headers, charset: 'utf-8', 'content-type': 'application/x-www-form-urlencoded' };
  const get = (path: string): Promise<Answer> => call(gateway, 'GET', path, undefined, headers);
  const post = (path: string, body: unknown): Promise<Answer> => call(gateway, 'POST', path, body, form);
  return {
    id,
    take: (size) =>
      get(
        size === undefined
          ? `job-take/${id}?gpu=any&job_in_progress=0`
          : `job-take-batch/${id}?gpu=any&batch_size=${size}&job_in_progress=0`,
      ),
    stop: () => get(`job-stop/${id}?gpu=any`),
    done: (job, body, isStream = false) => post(`job-done/${id}/${job}?gpu=any&isStream=${isStream}`, body),
    stream: (job, body) => post(`job-stream/${id}/${job}?gpu=any&isStream=false`, body),
    ping: (...jobs) => {
      const list = jobs.length > 0 ? `job_id=${encodeURIComponent(jobs.join(','))}&` : '';
      return get(`ping/${id}?${list}runpod_version=1.12.0`);
    },
    unhealthy: (check, reason) =>
      get(`ping/${id}?status=unhealthy&check=${check}&reason=${encodeURIComponent(reason)}&runpod_version=1.12.0`),
  };
}
