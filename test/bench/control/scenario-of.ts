import {
  familyScenario,
  namedScenarios,
  scenarioVariants,
  withTraces,
  type Scenario,
  type Traces,
} from '#libs/simulation';

export const namedIds: readonly string[] = Object.keys(namedScenarios);
export const variantIds: readonly string[] = scenarioVariants().map(({ name }) => name);

/** A scenario by its id: `S1`, `S1-u0.3`, `family:SEED:INDEX`. Worker threads share ids, since functions cannot travel. */
export function scenarioOf(id: string, traces: Traces = {}): Scenario {
  const [kind, seed, index] = id.split(':');
  if (kind === 'family') return familyScenario(Number(seed), Number(index));
  const suite = withTraces(traces);
  const found = [...Object.values(suite), ...scenarioVariants(suite)].find(({ name }) => name === id);
  if (found === undefined) throw new RangeError(`no scenario "${id}"`);
  return found;
}

export function familyId(seed: number, index: number): string {
  return `family:${seed}:${index}`;
}

/** Whether a recorded trace changes what this scenario is. */
export function takesTraces(id: string): boolean {
  return /^S[367]/.test(id);
}
