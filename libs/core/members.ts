import type { StandardSchemaV1 } from '@standard-schema/spec';
import { askStrategy, type Asked } from './asked.ts';
import { oneMove } from './bounds.ts';
import type { Decision, Reason } from './decision.ts';
import type { Observation } from './observation.ts';
import { seenFrom } from './shadows.ts';
import type { AnyStrategy, Strategy } from './strategy.ts';

/** What one member of the least of several wanted. */
export interface MemberDecision {
  readonly strategy: string;
  readonly limit: number;
  readonly reason: Reason;
  readonly terms?: NonNullable<Decision['terms']>;
}

interface State {
  /** Of each member: what it wanted last, and its own state. */
  readonly members: readonly { readonly limit: number; readonly state: unknown }[];
  /** Whose limit is in force; null while it is everybody's: at the start and after out of memory. */
  readonly binding: number | null;
}

/**
 * The least of several strategies, itself a strategy: L = min L_k, with the reason of the binding member. That one sees the
 * limit in force. Every other sees its own L_k as `limit`, never less than what is in force, and `limited: 0` while L_k
 * exceeds that by more than 1/0.9: so it trails the binding one by some 11 % instead of winding up, and none waits for
 * another to grow. Its config holds one part for each member. A member that fails holds the limit for all of them.
 */
export function leastOf(strategies: readonly AnyStrategy[]): Strategy<readonly unknown[], State> {
  const everyoneAt = (config: readonly unknown[], limit: number): State => ({
    members: strategies.map((strategy, index) => ({
      limit,
      state: strategy.initialState(config[index], limit) as unknown,
    })),
    binding: null,
  });
  return {
    name: strategies.map(({ name }) => name).join('+'),
    summary: `The least limit of ${strategies.map(({ name }) => name).join(', ')}.`,
    config: partsSchema(strategies),
    ...(strategies.every(({ explicit }) => explicit === true) && { explicit: true }),
    firstLimit: (config) => least(strategies.map((strategy, index) => strategy.firstLimit?.(config[index]))),
    initialState: everyoneAt,
    step(state, observation, config) {
      const asked = strategies.map((strategy, index) =>
        askMember({ strategy, config: config[index] }, { state, index }, observation),
      );
      const wanted = asked.map(({ decision }) => decision.limit);
      const binding = wanted.indexOf(Math.min(...wanted));
      return {
        state: {
          members: asked.map(({ own, ...answer }, index) => ({
            limit: strategies[index]?.explicit ? answer.decision.limit : oneMove(answer.decision.limit, own)[0],
            state: answer.state,
          })),
          binding: observation.jobs.outOfMemory > 0 ? null : binding,
        },
        decision: asked[binding]?.decision ?? { limit: observation.limit, reason: 'steady' },
        members: asked.map(({ decision }, index) => ({ strategy: strategies[index]?.name ?? '', ...decision })),
        binding: strategies[binding]?.name ?? '',
      };
    },
  };
}

function askMember(
  member: { readonly strategy: AnyStrategy; readonly config: unknown },
  { state, index }: { readonly state: State; readonly index: number },
  observation: Observation,
): Asked & { readonly own: number } {
  const before = state.members[index];
  const { limit: inForce } = observation;
  const binds = state.binding === null || state.binding === index;
  const own = binds ? inForce : Math.max(before?.limit ?? inForce, inForce);
  const seen = own === inForce ? observation : seenFrom(own, observation);
  const asked = askStrategy(member, { state: before?.state, limit: own }, seen);
  if (asked.error !== undefined) throw new Error(`${member.strategy.name}: ${asked.error.message}`);
  return { ...asked, own };
}

function least(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Each part by the schema of its member. */
function partsSchema(strategies: readonly AnyStrategy[]): StandardSchemaV1<unknown, readonly unknown[]> {
  return {
    '~standard': {
      version: 1,
      vendor: 'flyball',
      validate(value) {
        const parts: readonly unknown[] = Array.isArray(value) ? value : [];
        const results = strategies.map(({ config }, index) => config['~standard'].validate(parts[index] ?? {}));
        const issues = results.flatMap((result, index) => {
          if (result instanceof Promise) return [{ message: 'its schema is asynchronous', path: [index] }];
          return (result.issues ?? []).map(({ message, path = [] }) => ({ message, path: [index, ...path] }));
        });
        if (issues.length > 0) return { issues };
        return { value: results.map((result) => ('value' in result ? result.value : undefined)) };
      },
    },
  };
}
