import { openSqliteQueue } from './open.ts';

// Sends, takes and finishes jobs until it is killed; says each thing that the queue has promised to keep.
const [path = '', round = '0'] = process.argv.slice(2);
const queue = await openSqliteQueue({ path, endpoint: 'local', worker: `w${round}`, attempts: 3, limit: 100_000 });
const never = new AbortController().signal;
const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };

async function send(caller: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = `${round}-${caller}-${count}`;
    await queue.enqueue({ id, input: { id }, extra: {}, policy, retention: 86_400_000 });
    process.stdout.write(`sent ${id}\n`);
  }
}

async function work(): Promise<never> {
  for (;;) {
    for (const lease of await queue.take(3, never)) {
      await lease.succeed({ of: lease.job.id });
      process.stdout.write(`done ${lease.job.id}\n`);
    }
  }
}

await Promise.all([send(0), send(1), send(2), send(3), work(), work(), work()]);
