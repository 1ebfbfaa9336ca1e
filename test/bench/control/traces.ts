import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FlyballError } from '#libs/core';
import { parseTrace, type TraceRow, type Traces } from '#libs/simulation';

export interface TraceFiles {
  readonly conv?: string | undefined;
  readonly code?: string | undefined;
}

export interface ReadTraces {
  readonly traces: Traces;
  /** The same for the same content; empty without files. */
  readonly tag: string;
}

/** @throws {FlyballError} NO_TRACE when one cannot be read, BAD_TRACE with the file, the line and the rule */
export function readTraces({ conv, code }: TraceFiles): ReadTraces {
  const hash = createHash('sha256');
  const rowsOf = (kind: string, path: string | undefined): readonly TraceRow[] | undefined => {
    if (path === undefined) return undefined;
    const text = textOf(path);
    hash.update(`${kind}\n${text}`);
    try {
      return parseTrace(text);
    } catch (error) {
      if (!(error instanceof FlyballError)) throw error;
      throw new FlyballError(error.code, `${path}: ${error.message.replace(/^\[\w+\] /, '')}`, { cause: error });
    }
  };
  const traces = { conv: rowsOf('conv', conv), code: rowsOf('code', code) };
  return { traces, tag: (conv ?? code) ? hash.digest('hex').slice(0, 12) : '' };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `${path} cannot be read: ${String(cause)}. Name a CSV file: --trace conv=FILE or --trace code=FILE.`;
    throw new FlyballError('NO_TRACE', message, { cause });
  }
}
