import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { FlyballError, parseRecord, type DecisionRecord } from '#libs/core';

/**
 * The records of a decision log, oldest first.
 * @throws {FlyballError} NO_LOG, ALTERED_RECORD, NEWER_RECORD
 */
export async function readLog(path: string): Promise<readonly DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  for await (const record of recordsOf(path)) records.push(record);
  if (records.length > 0) return records;
  throw new FlyballError('NO_LOG', `${path} holds no record. Name the file that DECISION_LOG named.`);
}

/**
 * The same one by one. A line that is no record is said and passed over.
 * @throws {FlyballError} NO_LOG, ALTERED_RECORD, NEWER_RECORD
 */
export async function* recordsOf(path: string): AsyncGenerator<DecisionRecord> {
  let line = 0;
  for await (const text of linesOf(path)) {
    line += 1;
    const record = text === '' ? undefined : recordOf(text, `Line ${line} of ${path}`);
    if (record !== undefined) yield record;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  } catch (cause) {
    const message = `${path} cannot be read: ${String(cause)}. Name the file that DECISION_LOG named.`;
    throw new FlyballError('NO_LOG', message, { cause });
  }
}

function recordOf(text: string, where: string): DecisionRecord | undefined {
  try {
    return parseRecord(text);
  } catch (cause) {
    if (!(cause instanceof FlyballError)) throw cause;
    const told = cause.message.replace(`[${cause.code}] `, '');
    if (cause.code !== 'BAD_RECORD') throw new FlyballError(cause.code, `${where}: ${told}`, { cause });
    // A process that was killed may have left half a line; what follows is whole again.
    console.error(`${where} is passed over: ${told}`);
    return undefined;
  }
}
