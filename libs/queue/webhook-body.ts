import type { JobView } from './contract.ts';

/** What a webhook's body is made of. */
export interface WebhookContent {
  readonly job: JobView;
  readonly input: unknown;
  readonly url: string;
}

/** The status body plus `input` and `webhook` (`RUNPOD-PROTOCOL` P29), as JSON text. Never `s3Config`. */
export function defaultWebhookBody(content: WebhookContent): string {
  const { id, status, delayTime, executionTime, retries, workerId, output, error } = content.job;
  // JSON leaves out what is undefined.
  return JSON.stringify({
    id,
    status,
    delayTime,
    executionTime,
    retries: retries > 0 ? retries : undefined,
    workerId,
    input: content.input,
    output,
    error,
    webhook: content.url,
  });
}
