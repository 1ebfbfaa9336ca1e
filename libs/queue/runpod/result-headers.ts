/** Of results, progress and chunks: the SDK's, with the job's id for this request alone (H7). */
export function resultHeaders(jobId: string, traceparent?: unknown): Readonly<Record<string, string>> {
  return {
    charset: 'utf-8',
    'content-type': 'application/x-www-form-urlencoded',
    'x-request-id': headerText(jobId),
    ...(typeof traceparent === 'string' && { traceparent }),
  };
}

/** An id is the platform's, and may hold what no header can. */
function headerText(id: string): string {
  return id.replaceAll(/[^\x20-\x7e]/g, '?');
}
