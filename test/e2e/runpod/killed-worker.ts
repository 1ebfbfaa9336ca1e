import { openRunpodQueue, type RunpodVariables } from '#libs/queue';

// Ends each job that it gets and says so when the result is kept, until it is killed.
const [folder = '', variables = '{}'] = process.argv.slice(2);
const queue = await openRunpodQueue({
  variables: JSON.parse(variables) as RunpodVariables,
  outbox: { folder, pauses: { first: 5, most: 50 } },
});
for (;;) {
  for (const lease of await queue.take(1, new AbortController().signal)) {
    const { id } = lease.job;
    await lease.succeed({ from: 'the killed one', id });
    process.stdout.write(`${id}\n`);
  }
}
