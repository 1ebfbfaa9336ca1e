import type { Ending } from '../ending.ts';
import type { Identity } from '../identity.ts';
import type { JobFields } from '../job-fields.ts';
import { generatorThrew, threw } from './error-text.ts';
import type { HandlerContext, HandlerObject } from './handler-object.ts';
import { jsonCopy } from './json.ts';
import { badOutput, errorText, isRecord, readReturned, warnNotFinite, type Reader } from './returned.ts';

export interface UserRun extends Reader {
  readonly job: JobFields;
  readonly context: HandlerContext;
  readonly identity: Identity;
  /** Resolves when one more chunk may be made, or with why none may. */
  readonly chunk: (json: unknown) => Promise<Ending | undefined>;
}

/** Runs the user's handler for one job to its end; never rejects for what the handler does. */
export async function runUserCode(code: HandlerObject, run: UserRun): Promise<Ending> {
  const ending = await runOnce(code, run);
  return code.refreshWorker === true ? { ...ending, refreshWorker: true } : ending;
}

async function runOnce(code: HandlerObject, run: UserRun): Promise<Ending> {
  try {
    const returned: unknown = await code.handler(run.job, run.context);
    return isStream(returned) ? await readStream(returned, code, run) : readReturned(returned, run);
  } catch (error) {
    return threw(error, run.identity);
  }
}

type Stream = AsyncIterable<unknown> | Iterable<unknown>;

function isStream(value: unknown): value is Stream {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || Object.prototype.toString.call(value) === '[object Generator]';
}

/** Each yield is one chunk, at once; a yielded object with a truthy `error` stops the stream and fails the job. */
async function readStream(stream: Stream, code: HandlerObject, run: UserRun): Promise<Ending> {
  const chunks: unknown[] = [];
  let seen = 0;
  try {
    for await (const value of stream) {
      if (run.context.signal.aborted) return stopped;
      if (isRecord(value) && Boolean(value['error'])) {
        return { ok: false, errorType: 'handler-threw', message: errorText(value['error']) };
      }
      const copied = jsonCopy(value, `output[${seen}]`);
      if (!copied.ok) return badOutput(copied.problem);
      warnNotFinite(copied.notFinite, run);
      seen += 1;
      const json = copied.json ?? null;
      if (code.returnAggregateStream === true) chunks.push(json);
      const refused = await run.chunk(json);
      if (refused !== undefined) return refused;
    }
    return { ok: true, output: chunks };
  } catch (error) {
    return generatorThrew(error);
  }
}

const stopped: Ending = { ok: false, errorType: 'other', message: 'the attempt was stopped' };
