import { FlyballError } from '#libs/core';

const codes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  noDatabase: 26,
};

/** SQLite's primary result code, where the error is SQLite's. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** Someone else holds the file's lock just now; the same call may pass in a moment. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.busy || code === codes.locked;
}

export function isConstraint(error: unknown): boolean {
  return primaryCode(error) === codes.constraint;
}

/** The operator's sentence for what SQLite said. Nothing was changed when this is thrown. */
export function unavailable(error: unknown, path: string): FlyballError {
  if (error instanceof FlyballError) return error;
  return new FlyballError('QUEUE_UNAVAILABLE', `The queue file "${path}" ${reason(error)}`, { cause: error });
}

export function closedError(path: string): FlyballError {
  return new FlyballError('QUEUE_UNAVAILABLE', `The queue "${path}" has been closed. Start Flyball again.`);
}

function reason(error: unknown): string {
  switch (primaryCode(error)) {
    case codes.busy:
    case codes.locked:
      return 'is locked by another process. Close the program that holds it (a SQLite shell, a backup); then it goes on by itself.';
    case codes.full:
      return 'cannot grow: the disk is full, or the size allowed to the file is reached. Free space; then it goes on by itself.';
    case codes.io:
      return `could not be read or written (${text(error)}). Check the disk, its space and its mount.`;
    case codes.readOnly:
      return 'is read-only. Make the file and its directory writable for this user.';
    case codes.cannotOpen:
      return 'cannot be opened. Check that its directory exists and is writable for this user.';
    case codes.corrupt:
    case codes.noDatabase:
      return `is damaged or no SQLite file (${text(error)}). Move it away, or point QUEUE_URL at another path.`;
    default:
      return `cannot be used (${text(error)}). Make its folder writable, or set QUEUE_URL=sqlite:PATH.`;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
