import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { FlyballError, parseRecord, type DecisionRecord } from '#libs/core';

/**
 * The records of a decision log, oldest first. A line that is no record is said and passed over.
 * @throws {FlyballError} NO_LOG, ALTERED_RECORD, NEWER_RECORD
 */
export async function readLog(path: string): Promise<readonly DecisionRecord[]> {
  try {
    return await recordsOf(path);
  } catch (cause) {
    if (cause instanceof FlyballError) throw cause;
    const message = `${path} cannot be read: ${String(cause)}. Name the file that DECISION_LOG named.`;
    throw new FlyballError('NO_LOG', message, { cause });
  }
}

async function recordsOf(path: string): Promise<readonly DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    try {
      if (text !== '') records.push(parseRecord(text));
    } catch (cause) {
      if (!(cause instanceof FlyballError)) throw cause;
      const told = cause.message.replace(`[${cause.code}] `, '');
      if (cause.code !== 'BAD_RECORD')
        throw new FlyballError(cause.code, `Line ${line} of ${path}: ${told}`, { cause });
      // A process that was killed may have left half a line; what follows is whole again.
      console.error(`Line ${line} is passed over: ${told}`);
    }
  }
  if (records.length > 0) return records;
  throw new FlyballError('NO_LOG', `${path} holds no record. Name the file that DECISION_LOG named.`);
}
