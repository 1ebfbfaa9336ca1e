import { FlyballError } from '#libs/core';
import { namedScenarios, scenarioVariants, watchedScenarios, type Scenario } from '#libs/simulation';
import { didYouMean } from './did-you-mean.ts';

/** @throws {FlyballError} UNKNOWN_SCENARIO with all there are */
export function scenarioNamed(name: string): Scenario {
  const scenarios: readonly Scenario[] = [...Object.values(namedScenarios), ...Object.values(watchedScenarios)];
  const variants = scenarioVariants();
  const found = [...scenarios, ...variants].find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = [...scenarios, ...variants].map((scenario) => scenario.name);
  const width = Math.max(...scenarios.map((each) => each.name.length));
  const list = scenarios.map((scenario) => `\n  ${scenario.name.padEnd(width)}  ${scenario.summary}`).join('');
  const others = variants.map((variant) => variant.name).join(', ');
  throw new FlyballError(
    'UNKNOWN_SCENARIO',
    `--scenario="${name}" is not known.${didYouMean(name, names)} Known:${list}\nand their variants ${others}.`,
  );
}
