import { gibibyte, type JobStream, type PlantJob } from './jobs.ts';
import type { Random } from './random.ts';
import type { TokenSource, Tokens } from './tokens.ts';

/** What a deployment makes of the tokens of a request: deadline in ms from the work in ms; memory in bytes. */
export interface LlmNeeds {
  readonly deadline: (tokens: Tokens, work: number) => number;
  /** When it starts, when it ends. */
  readonly memory: (tokens: Tokens) => readonly [number, number];
}

/** The key-value cache of one token in an 8B model at 16 bits. */
const bytesPerToken = 128 * 1024;

/** Conversations whose key-value caches grow with every token they generate. */
export const growingCaches: LlmNeeds = {
  deadline: ({ context, generated }) => 1500 + 50 * generated + context,
  memory: ({ context, generated }) => [
    context * bytesPerToken + 0.02 * gibibyte,
    (context + generated) * bytesPerToken + 0.02 * gibibyte,
  ],
};

/** Conversations that come when they come; the deadline holds the wait too. */
export const arrivingConversations: LlmNeeds = {
  deadline: ({ context, generated }) => 2000 + 50 * generated + context,
  memory: ({ context, generated }) => [context * bytesPerToken, (context + generated) * bytesPerToken],
};

/** Code completions on a device with memory for all of them. */
export const codeCompletions: LlmNeeds = {
  deadline: (_tokens, work) => 3000 + 3 * work,
  memory: () => [0.1 * gibibyte, 0.2 * gibibyte],
};

/** 6000 tokens a second are read, 74 a second written; what will be written is not known to the client. */
export function llmJob({ deadline, memory }: LlmNeeds, tokens: Tokens, random: Random): PlantJob {
  const seconds = Math.max(0.001, tokens.context / 6000 + 0.0135 * tokens.generated);
  const [memoryStart, memoryEnd] = memory(tokens);
  return {
    work: 1000 * seconds,
    speedFactor: random.speedFactor(0.1),
    memoryStart,
    memoryEnd,
    deadline: deadline(tokens, 1000 * seconds),
    size: seconds,
    memoryHint: tokens.context + meanGenerated,
  };
}

const meanGenerated = 211;

export function llmJobs(needs: LlmNeeds, tokens: TokenSource): JobStream {
  return (random) => llmJob(needs, tokens(random), random);
}
