import { arrivingConversations, codeCompletions, growingCaches, llmJob, llmJobs, type LlmNeeds } from './llm-jobs.ts';
import { namedScenarios } from './named-scenarios.ts';
import type { ArrivalStream, Scenario } from './scenario.ts';
import type { TokenSource } from './tokens.ts';
import type { TraceRow } from './trace.ts';

/** Recorded requests, instead of the generators that are fitted to such records. */
export interface Traces {
  readonly conv?: readonly TraceRow[] | undefined;
  readonly code?: readonly TraceRow[] | undefined;
}

/** The named suite; where a trace is given, S3 takes its tokens from it, S6 and S7 also its times. */
export function withTraces({ conv, code }: Traces): Readonly<Record<keyof typeof namedScenarios, Scenario>> {
  const { S3, S6, S7 } = namedScenarios;
  return {
    ...namedScenarios,
    ...(conv && {
      S3: { ...S3, jobs: llmJobs(growingCaches, traceTokens(conv)) },
      S7: { ...S7, arrivals: traceArrivals(conv, arrivingConversations) },
    }),
    ...(code && { S6: { ...S6, arrivals: traceArrivals(code, codeCompletions) } }),
  };
}

/** The requests at their recorded times, from the first on; nothing after the last. */
export function traceArrivals(rows: readonly TraceRow[], needs: LlmNeeds): ArrivalStream {
  return (random) => {
    let next = 0;
    return () => {
      const row = rows[next];
      next += 1;
      return row && { at: row.at, job: llmJob(needs, row, random) };
    };
  };
}

/**
 * The tokens of a request drawn from all that were recorded: a run does not depend on the part of the trace in which it
 * falls, and what was read and what was written stay together.
 */
export function traceTokens(rows: readonly TraceRow[]): TokenSource {
  return (random) => rows[Math.floor(random.uniform() * rows.length)]!;
}
