import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { FakeCounts } from './fake-runpod-process.ts';

export interface FakeChild {
  readonly variables: Readonly<Record<string, string>>;
  readonly counts: () => Promise<FakeCounts>;
  readonly close: () => void;
}

/** Starts the fake platform in a process of its own: it goes on while this one stands. @param latencyMs one way */
export async function startFakeChild(latencyMs: number): Promise<FakeChild> {
  const file = new URL('fake-runpod-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=flyball-source', file, String(latencyMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  const variables = (await line()) as FakeChild['variables'];
  return {
    variables,
    counts: async () => {
      child.stdin.write('\n');
      return (await line()) as FakeCounts;
    },
    close: () => child.stdin.end(),
  };
}
