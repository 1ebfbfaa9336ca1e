import { decisionId, FlyballError } from '#libs/core';
import { decisionAt, explain, type Explanation, type RecentDecisions, type ShownDecision } from '#libs/observability';
import type { Clock } from '#libs/runtime';
import { decisionsRequest, explainRequest } from './decision-request.ts';
import { firstPeriod, handlerStarting } from './not-started.ts';

/** Answer of `GET /controller/decisions`, oldest first. */
export interface DecisionsAnswer {
  readonly decisions: readonly (ShownDecision & { readonly id: string })[];
}

export interface DecisionsOptions {
  readonly recent: RecentDecisions;
  /** Once there is one. */
  readonly worker: () => unknown;
  readonly clock: Pick<Clock, 'wall'>;
}

/** What was decided, and why: answers about the records that this process still holds. */
export class Decisions {
  readonly #options: DecisionsOptions;

  constructor(options: DecisionsOptions) {
    this.#options = options;
  }

  /** @throws {FlyballError} BAD_… */
  list(query: Readonly<Record<string, unknown>>): DecisionsAnswer {
    const { since, limit } = decisionsRequest(query);
    const found = this.#options.recent.all().filter(({ at }) => at > since);
    return { decisions: found.slice(-limit).map((record) => ({ id: decisionId(record), ...record })) };
  }

  /** @throws {FlyballError} BAD_…, NOT_STARTED, NOT_HELD */
  explain(query: Readonly<Record<string, unknown>>): Explanation {
    const { recent, worker, clock } = this.#options;
    const at = explainRequest(query, clock.wall());
    const all = recent.all();
    const [first] = all;
    if (first === undefined) throw worker() === undefined ? handlerStarting() : firstPeriod();
    if (at === undefined) return explain(all.at(-1) ?? first);
    const found = decisionAt(all, at);
    if (found !== undefined) return explain(found);
    const log = 'Older ones are in the decision log, if DECISION_LOG was set: flyball explain --log FILE --at TIME.';
    throw new FlyballError('NOT_HELD', `This worker holds decisions since ${new Date(first.at).toISOString()}. ${log}`);
  }
}
