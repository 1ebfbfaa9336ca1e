import { afterEach, describe } from 'vitest';
import { chunkClaims } from './queue-kit/chunks.ts';
import { clientClaims } from './queue-kit/clients.ts';
import { endingClaims } from './queue-kit/endings.ts';
import { foreignClaims } from './queue-kit/foreign.ts';
import type { OpenQueue, QueueUnderTest } from './queue-kit/subject.ts';
import { takingClaims } from './queue-kit/taking.ts';
import { timeClaims } from './queue-kit/time.ts';
import { traceClaims } from './queue-kit/trace.ts';
import { webhookClaims } from './queue-kit/webhooks.ts';

/**
 * The whole contract of a queue as tests: a driver's spec is one call of this. Each test opens an empty queue of its own,
 * which is closed after it.
 */
export function describeQueue(name: string, open: OpenQueue): void {
  describe(`queue contract: ${name}`, () => {
    const opened: QueueUnderTest[] = [];
    const start: OpenQueue = async (options) => {
      const subject = await open(options);
      opened.push(subject);
      return subject;
    };
    afterEach(async () => {
      for (const subject of opened.splice(0)) await subject.close();
    });

    describe('taking', () => {
      takingClaims(start);
    });
    describe('endings', () => {
      endingClaims(start);
    });
    describe('clients', () => {
      clientClaims(start);
    });
    describe('chunks and progress', () => {
      chunkClaims(start);
    });
    describe('time', () => {
      timeClaims(start);
    });
    describe('webhooks', () => {
      webhookClaims(start);
    });
    describe('other workers', () => {
      foreignClaims(start);
    });
    describe('trace context', () => {
      traceClaims(start);
    });
  });
}
