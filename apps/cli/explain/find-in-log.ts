import { existsSync } from 'node:fs';
import { FlyballError, type DecisionRecord } from '#libs/core';
import { recordsOf } from '../replay/read-log.ts';

/**
 * The decision in force at a moment (ms since 1970; undefined: the last), of a decision log and the older files it was moved
 * on to, `path.1` (newest) and so on.
 * @throws {FlyballError} NO_LOG, ALTERED_RECORD, NEWER_RECORD, NOT_HELD
 */
export async function findInLog(path: string, moment: number | undefined): Promise<DecisionRecord> {
  let oldest: DecisionRecord | undefined;
  for (const file of filesOf(path)) {
    const { first, found } = await lastBefore(file, moment ?? Infinity);
    if (found !== undefined) return found;
    oldest = first ?? oldest;
  }
  if (oldest === undefined) {
    throw new FlyballError('NO_LOG', `${path} holds no record. Name the file that DECISION_LOG named.`);
  }
  const since = new Date(oldest.at).toISOString();
  throw new FlyballError('NOT_HELD', `${path} begins at ${since}. Give --at a later moment, or name an older file.`);
}

/** Newest first. */
function filesOf(path: string): readonly string[] {
  const files = [path];
  for (let older = `${path}.1`; existsSync(older); older = `${path}.${files.length}`) files.push(older);
  return files;
}

async function lastBefore(file: string, moment: number): Promise<Partial<Record<'first' | 'found', DecisionRecord>>> {
  let first: DecisionRecord | undefined;
  let found: DecisionRecord | undefined;
  for await (const record of recordsOf(file)) {
    first ??= record;
    if (record.at > moment) break;
    found = record;
  }
  return { ...(first && { first }), ...(found && { found }) };
}
