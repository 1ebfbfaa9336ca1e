import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../libs/queue/redis/names.ts';
import { containerOf, environmentOf } from './environment.ts';
import { hasHelm } from './helm.ts';
import { find } from './objects.ts';
import { renderOnce } from './render-once.ts';

const renderCase = renderOnce();

/** With the lists that it reads. */
const readers: readonly (readonly [ci: string, lists: readonly string[]])[] = [
  ['keda-prometheus', ['wait']],
  ['keda-redis', ['wait', 'active']],
  ['redis-tls', ['wait', 'active']],
  ['hardened', ['wait', 'active']],
];

describe.skipIf(!hasHelm)('KEDA, where it reads Redis (skipped without helm)', () => {
  it.each(readers)('looks where the worker of %s does: at %j of its endpoint', (ci, lists) => {
    const objects = renderCase(ci);
    const environment = environmentOf(containerOf(objects, 'worker'));
    const queue = new URL(environment['QUEUE_URL'] ?? '');
    const triggers = (find(objects, 'ScaledObject').spec.triggers as readonly Trigger[]).filter(
      ({ type }) => type === 'redis',
    );
    const names = namesOf(environment['ENDPOINT_ID'] ?? '');
    expect(triggers.map(({ metadata }) => metadata['listName'])).toEqual(lists.map((list) => names.list(list)));
    for (const { metadata } of triggers) {
      // KEDA is in another namespace than a Redis of the release.
      const host = ci === 'hardened' ? `${queue.hostname}.ns` : queue.hostname;
      expect(metadata).toMatchObject({ address: `${host}:${queue.port}`, databaseIndex: queue.pathname.slice(1) });
      expect(metadata['enableTLS']).toBe(queue.protocol === 'rediss:' ? 'true' : undefined);
      expect(metadata['username']).toBe(environment['QUEUE_USERNAME']);
    }
  });
});

interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
}
