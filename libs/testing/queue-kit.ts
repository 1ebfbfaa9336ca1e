import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkClaims } from './queue-kit/chunks.ts';
import { clientClaims } from './queue-kit/clients.ts';
import { endingClaims } from './queue-kit/endings.ts';
import { foreignClaims } from './queue-kit/foreign.ts';
import type { OpenQueue, QueueUnderTest } from './queue-kit/subject.ts';
import { takingClaims } from './queue-kit/taking.ts';
import { timeClaims } from './queue-kit/time.ts';
import { traceClaims } from './queue-kit/trace.ts';
import { webhookClaims } from './queue-kit/webhooks.ts';

const groups = {
  taking: takingClaims,
  endings: endingClaims,
  clients: clientClaims,
  'chunks and progress': chunkClaims,
  time: timeClaims,
  webhooks: webhookClaims,
  'other workers': foreignClaims,
  'trace context': traceClaims,
} as const;

/** What a queue is not held to, by name, each with the reason. */
export interface QueueKitOptions {
  /** Claims that cannot be kept. They run all the same, and have to fail: one that holds is no exclusion. */
  readonly excluded?: Readonly<Record<string, string>>;
  /** Groups that are about something else; none of their claims runs. */
  readonly excludedGroups?: Readonly<Partial<Record<keyof typeof groups, string>>>;
}

/**
 * The whole contract of a queue as tests: a driver's spec is one call of this. Each test opens an empty queue of its own,
 * which is closed after it. What is excluded is a list that somebody can review: a name that is no claim fails the spec.
 */
export function describeQueue(name: string, open: OpenQueue, options: QueueKitOptions = {}): void {
  const { excluded = {}, excludedGroups = {} } = options;
  describe(`queue contract: ${name}`, () => {
    const opened: QueueUnderTest[] = [];
    const start: OpenQueue = async (options) => {
      const subject = await open(options);
      opened.push(subject);
      return subject;
    };
    beforeEach(({ task }) => {
      if (Object.hasOwn(excluded, task.name)) Object.assign(task, { fails: true });
    });
    afterEach(async () => {
      for (const subject of opened.splice(0)) await subject.close();
    });

    const included = Object.entries(groups).filter(([group]) => !Object.hasOwn(excludedGroups, group));
    describe.for(included)('%s', ([, claims]) => {
      claims(start);
    });
    it.for(Object.keys(excluded))('has a claim to exclude: %s', (claim, { task }) => {
      expect(namesOf(task.suite ?? task)).toContain(claim);
    });
  });
}

interface Named {
  readonly name: string;
  readonly tasks?: readonly Named[];
}

function namesOf({ name, tasks }: Named): readonly string[] {
  return tasks === undefined ? [name] : tasks.flatMap(namesOf);
}
