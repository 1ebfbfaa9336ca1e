/** What stands for the names in RunPod's URL templates (H1). */
export interface TemplateValues {
  /** `$ID`: the worker's in a take, the job's in a result. */
  readonly id: string;
  /** `$RUNPOD_POD_ID` */
  readonly worker: string;
  /** `$RUNPOD_GPU_TYPE_ID`, which some images leave unexpanded. */
  readonly gpu: string;
}

/** Replaces the names wherever they stand, also where the platform left them out of the query. */
export function expand(template: string, { id, worker, gpu }: TemplateValues): string {
  return template
    .replaceAll('$RUNPOD_POD_ID', encodeURIComponent(worker))
    .replaceAll('$RUNPOD_GPU_TYPE_ID', encodeURIComponent(gpu))
    .replaceAll('$ID', encodeURIComponent(id));
}

/** With `&` or `?`, as the URL needs it; empty values are left out. */
export function withParameters(url: string, parameters: Readonly<Record<string, string | number>>): string {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  if (query === '') return url;
  if (!url.includes('?')) return `${url}?${query}`;
  return /[?&]$/.test(url) ? `${url}${query}` : `${url}&${query}`;
}

/** The URL of a sibling of `/job-take/`; none where the template does not name it. */
export function siblingOfTake(template: string, route: 'job-take-batch' | 'job-stop'): string | undefined {
  return template.includes('/job-take/') ? template.replace('/job-take/', `/${route}/`) : undefined;
}
