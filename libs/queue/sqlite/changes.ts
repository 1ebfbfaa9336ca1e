/** Who waits for a change of which job, within this process. */
export class Changes {
  readonly #watchers = new Map<string, Set<() => void>>();
  #closed = false;

  watched(id: string): boolean {
    return this.#watchers.size > 0 && this.#watchers.has(id);
  }

  /** Resolves at the next {@link notify} of that job, or when aborted. */
  next(id: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const watchers = this.#watchers.get(id) ?? new Set();
      this.#watchers.set(id, watchers);
      const settle = (): void => {
        watchers.delete(settle);
        if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
        signal.removeEventListener('abort', settle);
        resolve();
      };
      watchers.add(settle);
      signal.addEventListener('abort', settle);
    });
  }

  notify(id: string): void {
    for (const settle of this.#watchers.get(id) ?? []) settle();
  }

  close(): void {
    this.#closed = true;
    for (const id of this.#watchers.keys()) this.notify(id);
  }
}
