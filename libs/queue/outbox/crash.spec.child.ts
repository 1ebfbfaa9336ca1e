import { openOutbox } from './open.ts';

// Keeps and delivers results until it is killed; says what was promised, and what has been handed over.
const [folder = '', round = '0'] = process.argv.slice(2);
const outbox = await openOutbox({
  folder,
  pauses: { first: 1, most: 20 },
  deliver: async ({ id }) => {
    if (Math.random() < 0.5) return 'retry';
    process.stdout.write(`given ${id}\n`);
    return 'accepted';
  },
});

async function keep(caller: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = `${round}-${caller}-${count}`;
    await outbox.put({ id, body: Buffer.from(`body of ${id} ${'x'.repeat(count % 3000)}`), meta: { count } });
    process.stdout.write(`kept ${id}\n`);
  }
}

await Promise.all([keep(0), keep(1), keep(2), keep(3)]);
