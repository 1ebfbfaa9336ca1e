import { FakeRunpod } from './fake-runpod.ts';

// The fake platform in a process of its own, with as many jobs as are asked for: prints its variables, then, for each line
// it reads, how many results have come.
//   node --conditions=flyball-source test/doubles/fake-runpod-process.ts LATENCY_MS
const fake = await FakeRunpod.start({ latencyMs: Number(process.argv[2] ?? 0) });
fake.jobs.endless = true;
process.stdout.write(`${JSON.stringify(fake.variables())}\n`);
process.stdin.on('data', () => process.stdout.write(`${fake.of('done').length}\n`));
process.stdin.on('end', () => process.exit());
