import type { Dispatcher } from 'undici';
import type { AttemptResult } from '../contract.ts';
import { chunkNotStored, type Ending } from '../ending.ts';
import { dataReader, textReader } from './events.ts';
import { refusal } from './refusal.ts';

/** The largest answer, and the largest list of events that becomes an output (RunPod's own limit). */
export const maxAnswerBytes = 20 * 1024 * 1024;

export interface AnswerOptions {
  /** OpenAI routes: events and errors are passed on as they are. */
  readonly raw: boolean;
  readonly chunk: (data: unknown) => Promise<void>;
}

/**
 * JSON or text is the job's output. Of server-sent events each is one chunk as it comes, and the output is their list; raw
 * ones are not kept twice: their output is empty.
 */
export async function readAnswer(
  response: Dispatcher.ResponseData,
  options: AnswerOptions,
): Promise<Ending | AttemptResult> {
  const type = String(response.headers['content-type'] ?? '').toLowerCase();
  const ok = response.statusCode >= 200 && response.statusCode < 300;
  if (ok && type.startsWith('text/event-stream')) return readEvents(response, options);
  const text = await readText(response);
  if (text === undefined) return tooLarge;
  if (!ok) return refusal(response.statusCode, text, options.raw ? jsonIn(text) : undefined);
  if (text === '') return { ok: true };
  const json = jsonIn(text);
  if (json !== undefined) return { ok: true, output: json };
  if (type === '' || type.startsWith('text/') || type.includes('json')) return { ok: true, output: text };
  const message = `upstream answered ${type}, which is neither JSON nor text. Answer with the address of the file instead.`;
  return { ok: false, errorType: 'bad-output', message };
}

async function readEvents(response: Dispatcher.ResponseData, { raw, chunk }: AnswerOptions): Promise<Ending> {
  const reader = raw ? textReader() : dataReader();
  const decoder = new TextDecoder();
  const output: unknown[] = [];
  let bytes = 0;
  const pass = async (chunks: readonly unknown[]): Promise<Ending | undefined> => {
    for (const data of chunks) {
      if (!raw) output.push(data);
      try {
        await chunk(data);
      } catch (error) {
        return chunkNotStored(error);
      }
    }
    return undefined;
  };
  for await (const part of response.body) {
    const data = part as Buffer;
    bytes += data.length;
    if (!raw && bytes > maxAnswerBytes) return tooLarge;
    const refused = await pass(reader.read(decoder.decode(data, { stream: true })));
    if (refused !== undefined) return refused;
  }
  return (await pass(reader.rest())) ?? { ok: true, output };
}

/** The body as text, or nothing when it is too large; the rest of it is not read then. */
async function readText(response: Dispatcher.ResponseData): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    const data = part as Buffer;
    bytes += data.length;
    if (bytes > maxAnswerBytes) return undefined;
    parts.push(data);
  }
  return Buffer.concat(parts).toString('utf8');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const tooLarge: Ending = {
  ok: false,
  errorType: 'bad-output',
  message: `upstream answered more than ${maxAnswerBytes} bytes. Store the result elsewhere and answer with its address.`,
};
