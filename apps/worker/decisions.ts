import { decisionId, FlyballError } from '#libs/core';
import { decisionAt, explain, type Explanation, type RecentDecisions, type ShownDecision } from '#libs/observability';
import type { Worker } from '#libs/runtime';
import { decisionsRequest, explainRequest } from './decision-request.ts';

/** Answer of `GET /controller/decisions`, oldest first. */
export interface DecisionsAnswer {
  readonly decisions: readonly (ShownDecision & { readonly id: string })[];
}

/** What was decided, and why: answers about the records that this process still holds. */
export class Decisions {
  readonly #recent: RecentDecisions;
  readonly #worker: () => Worker | undefined;

  /** `worker`: once there is one. */
  constructor(recent: RecentDecisions, worker: () => Worker | undefined) {
    this.#recent = recent;
    this.#worker = worker;
  }

  /** @throws {FlyballError} BAD_… */
  list(query: Readonly<Record<string, unknown>>): DecisionsAnswer {
    const { since, limit } = decisionsRequest(query);
    const found = this.#recent.all().filter(({ at }) => at > since);
    return { decisions: found.slice(-limit).map((record) => ({ id: decisionId(record), ...record })) };
  }

  /** @throws {FlyballError} BAD_…, NOT_STARTED, NOT_HELD */
  explain(query: Readonly<Record<string, unknown>>): Explanation {
    const at = explainRequest(query);
    const all = this.#recent.all();
    const [first] = all;
    if (first === undefined) {
      throw new FlyballError('NOT_STARTED', 'Nothing has been decided yet: the first period is under way. Ask again.');
    }
    if (at === undefined) return explain(all.at(-1) ?? first, this.#worker());
    const found = decisionAt(all, at);
    if (found !== undefined) return explain(found);
    const log = 'Older ones are in the decision log, if DECISION_LOG was set: flyball explain --log FILE --at TIME.';
    throw new FlyballError('NOT_HELD', `This worker holds decisions since ${new Date(first.at).toISOString()}. ${log}`);
  }
}
