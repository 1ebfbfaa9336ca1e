import type { CollectionFailure } from '#libs/core';

/** Why a source could not be read, and what to do. */
export class CollectionError extends Error {
  readonly failure: CollectionFailure;

  constructor(failure: CollectionFailure, cause?: unknown) {
    super(failure.message, { cause });
    this.name = 'CollectionError';
    this.failure = failure;
  }
}
