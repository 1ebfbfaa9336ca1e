import type { ProbeSystem } from './probe-system.ts';

/** Resolves after the time, or as soon as the other does. */
export async function waitUntil(
  other: Promise<unknown>,
  ms: number,
  system: Pick<ProbeSystem, 'after'>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = system.after(ms, resolve);
  await Promise.race([promise, other]);
  callOff();
}

export async function wait(ms: number, system: Pick<ProbeSystem, 'after'>): Promise<void> {
  await new Promise<void>((resolve) => void system.after(ms, resolve));
}
