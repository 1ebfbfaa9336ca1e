import { familyScenario, namedScenarios, type Scenario } from '#libs/simulation';

/** A scenario by its id: `S1`, or `family:SEED:INDEX`. Worker threads share ids, since functions cannot travel. */
export function scenarioOf(id: string): Scenario {
  const [kind, seed, index, roomy] = id.split(':');
  if (kind === 'family') {
    const scenario = familyScenario(Number(seed), Number(index));
    if (roomy === undefined) return scenario;
    return { ...scenario, plant: { ...scenario.plant, capacity: 1e15 } };
  }
  const named = Object.values(namedScenarios).find(({ name }) => name === id);
  if (named === undefined) throw new RangeError(`no scenario "${id}"`);
  return named;
}
