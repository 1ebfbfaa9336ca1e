/** What a handler is told about the worker it runs in. */
export interface HandlerOptions {
  readonly workerId: string;
  readonly endpointId: string;
  /** `process`: a JavaScript handler runs in a child process. Default `none`. */
  readonly isolation?: 'none' | 'process';
  /** How long an attempt that timed out may take to end before its process is replaced, ms. Default 5,000. */
  readonly graceMs?: number;
  /** What handler processes see; default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Python interpreter; default: the variable PYTHON, else `python3`, else `python`. */
  readonly python?: string;
  /** What the handler file finds behind its own name in `sys.argv` or `process.argv`. */
  readonly args?: readonly string[];
  /** Connections to an HTTP upstream; default unlimited: the limit of the worker bounds them. */
  readonly connections?: number;
}
