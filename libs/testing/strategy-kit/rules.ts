import { reasons, type Decision } from '#libs/core';
import { fuzzHistories, healthy, overloaded, type History } from './histories.ts';
import { configOf, kitBounds, run, type Subject } from './subject.ts';
import { usedTraps } from './traps.ts';

/** What every strategy promises. `check` throws an Error in words when the promise is broken. */
export interface StrategyRule {
  readonly claim: string;
  /** Holds only for laws that react to what they see; not for somebody's word. */
  readonly forLaws?: true;
  readonly check: (subject: Subject) => void;
}

const maxStateBytes = 64 * 1024;

export const strategyRules: readonly StrategyRule[] = [
  { claim: 'accepts its own default parameters', check: (subject) => void configOf(subject) },
  { claim: 'refuses a parameter it does not know', check: refusesUnknown },
  { claim: 'asks for finite limits of 0 or more, and gives finite terms', check: isFinite },
  { claim: 'gives reasons from the closed set', check: givesListedReasons },
  { claim: 'is deterministic: the same history gives the same decisions', check: isDeterministic },
  { claim: 'keeps its state as JSON of at most 64 kB that continues identically', check: keepsJsonState },
  { claim: 'does not change what it is given', check: leavesInputsAlone },
  { claim: 'uses no clock, no chance and no timer', check: isPure },
  { claim: 'starts within one step of the limit in force', forLaws: true, check: startsBumpless },
  {
    claim: 'shrinks to the lowest limit when every signal is bad, and recovers',
    forLaws: true,
    check: shrinksAndRecovers,
  },
];

/** How the rule is broken, in words; undefined when it holds. */
export function brokenPromise(rule: StrategyRule, subject: Subject): string | undefined {
  try {
    rule.check(subject);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refusesUnknown(subject: Subject): void {
  const parameters = { ...(subject.parameters as object), noSuchParameter: 1 };
  const result = subject.strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues === undefined) {
    throw new Error('the schema accepts "noSuchParameter": a mistyped parameter would be ignored');
  }
}

function isFinite(subject: Subject): void {
  eachDecision(subject, (decision, seq) => {
    if (!Number.isFinite(decision.limit) || decision.limit < 0) {
      throw new Error(`period ${seq}: asked for a limit of ${decision.limit}`);
    }
    for (const [term, value] of Object.entries(decision.terms ?? {})) {
      if (!Number.isFinite(value)) throw new Error(`period ${seq}: the term "${term}" is ${value}`);
    }
  });
}

function givesListedReasons(subject: Subject): void {
  eachDecision(subject, ({ reason }, seq) => {
    if (!reasons.includes(reason)) {
      throw new Error(`period ${seq}: "${reason}" is no listed reason. Listed: ${reasons.join(', ')}`);
    }
  });
}

function isDeterministic(subject: Subject): void {
  for (const history of fuzzHistories()) same('the second run', run(subject, history), run(subject, history));
}

function keepsJsonState(subject: Subject): void {
  for (const history of fuzzHistories()) {
    const throughJson = run(subject, history, {
      carry: (state) => {
        const text = JSON.stringify(state) as string | undefined;
        if (text === undefined) throw new Error('the state is no JSON');
        const bytes = new TextEncoder().encode(text).length;
        if (bytes > maxStateBytes) throw new Error(`the state has ${bytes} bytes; 64 kB is the most`);
        return JSON.parse(text) as unknown;
      },
    });
    same('a run whose state went through JSON', run(subject, history), throughJson);
  }
}

function leavesInputsAlone(subject: Subject): void {
  const config = freeze(configOf(subject));
  const { strategy } = subject;
  for (const history of fuzzHistories()) {
    let state = freeze(strategy.initialState(config, 4) as unknown);
    for (const [seq, period] of history.entries()) {
      const observation = freeze(period(4));
      const before = JSON.stringify([state, observation, config]);
      const step = orExplain(`period ${seq}: changes what it is given`, () =>
        strategy.step(state, observation, config),
      );
      if (JSON.stringify([state, observation, config]) !== before) {
        throw new Error(`period ${seq}: changes what it is given`);
      }
      state = freeze(step.state as unknown);
    }
  }
}

function isPure(subject: Subject): void {
  const used = usedTraps(() => {
    for (const history of fuzzHistories()) run(subject, history);
  });
  if (used.length > 0) throw new Error(`uses ${used.join(', ')}`);
}

function startsBumpless(subject: Subject): void {
  for (const history of fuzzHistories()) {
    for (const limit of [1, 3.7, 16, 64]) {
      // The first period as it is at this limit, without a change from outside.
      const first: History = history.slice(0, 1).map((period) => (from) => ({ ...period(from), limit }));
      const [decision] = run(subject, first, { from: limit });
      const wanted = decision?.limit ?? limit;
      if (wanted < 0.5 * limit || wanted > Math.max(limit + 1, 2 * limit)) {
        throw new Error(`started at a limit of ${limit} it asks for ${wanted} at once`);
      }
    }
  }
}

function shrinksAndRecovers(subject: Subject): void {
  const periods = Array.from({ length: 900 }, (_, seq) => seq);
  const bad: History = periods.map((seq) => (limit) => overloaded(seq, limit));
  const good: History = periods.map((seq) => (limit) => healthy(periods.length + seq, limit));
  const decisions = run(subject, [...bad, ...good], { from: 16 });
  const lowest = Math.min(...decisions.slice(0, bad.length).map(({ limit }) => limit));
  if (lowest >= kitBounds.min + 1) throw new Error(`900 bad periods from 16 brought the limit only to ${lowest}`);
  const highest = Math.max(...decisions.slice(bad.length).map(({ limit }) => limit));
  if (highest < 4) throw new Error(`900 good periods from the bottom brought the limit only to ${highest}`);
}

function eachDecision(subject: Subject, look: (decision: Decision, seq: number) => void): void {
  for (const history of fuzzHistories()) {
    for (const [seq, decision] of run(subject, history).entries()) look(decision, seq);
  }
}

function same(what: string, expected: readonly Decision[], found: readonly Decision[]): void {
  for (const [seq, decision] of expected.entries()) {
    const [a, b] = [JSON.stringify(decision), JSON.stringify(found[seq])];
    if (a !== b) throw new Error(`period ${seq}: ${what} decides ${b}, not ${a}`);
  }
}

function orExplain<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new Error(what, { cause });
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child as unknown);
  return value;
}
