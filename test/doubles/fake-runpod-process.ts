import { FakeRunpod } from './fake-runpod.ts';

/** What it says for each line that it reads. */
export interface FakeCounts {
  readonly done: number;
  readonly pings: number;
  /** Ids in the last ping. */
  readonly listed: readonly string[];
}

// The fake platform in a process of its own, with as many jobs as are asked for: prints its variables, then counts.
//   node --conditions=flyball-source test/doubles/fake-runpod-process.ts LATENCY_MS
const fake = await FakeRunpod.start({ latencyMs: Number(process.argv[2] ?? 0) });
fake.jobs.endless = true;
process.stdout.write(`${JSON.stringify(fake.variables())}\n`);
process.stdin.on('data', () => {
  const counts: FakeCounts = { done: fake.of('done').length, pings: fake.of('ping').length, listed: fake.listed };
  process.stdout.write(`${JSON.stringify(counts)}\n`);
});
process.stdin.on('end', () => process.exit());
