import { namedScenarios } from './named-scenarios.ts';
import type { Scenario } from './scenario.ts';

type Suite = Readonly<Record<keyof typeof namedScenarios, Scenario>>;

/** The named scenarios, each with one thing made different; reported apart from them. */
export function scenarioVariants(suite: Suite = namedScenarios): readonly Scenario[] {
  const { S1, S2, S3, S4, S5, S8 } = suite;
  return [
    ...[S1, S4, S8].flatMap((scenario) => [0.1, 0.3, 0.6].map((share) => soloUtilization(scenario, share))),
    highWater(S3),
    ...[S3, S5].map(silences),
    ...[S1, S4].map(withoutDeadlines),
    ...[S2, S3, S5].map(jobOutOfMemory),
  ];
}

function soloUtilization(scenario: Scenario, share: number): Scenario {
  return {
    ...varied(scenario, `-u${share}`, `one job alone shows ${100 * share} % utilisation`),
    plant: { ...scenario.plant, soloUtilization: share },
  };
}

function highWater(scenario: Scenario): Scenario {
  return {
    ...varied(scenario, 'h', 'memory reads as the most since the last restart'),
    plant: { ...scenario.plant, memoryReading: 'high-water' },
  };
}

function silences(scenario: Scenario): Scenario {
  return {
    ...varied(scenario, '-silences', 'no telemetry for a minute of every five'),
    instruments: { ...scenario.instruments, silence: { from: 300_000, lasts: 60_000, every: 300_000 } },
  };
}

function withoutDeadlines(scenario: Scenario): Scenario {
  return {
    ...varied(scenario, '-no-deadlines', 'no job has a deadline'),
    jobs: (random, t) => {
      const { deadline: _deadline, ...job } = scenario.jobs(random, t);
      return job;
    },
  };
}

function jobOutOfMemory(scenario: Scenario): Scenario {
  return {
    ...varied(scenario, '-job', 'out of memory fails the newest job alone'),
    plant: { ...scenario.plant, outOfMemory: 'job' },
  };
}

function varied(scenario: Scenario, suffix: string, what: string): Scenario {
  return { ...scenario, name: scenario.name + suffix, summary: `${scenario.summary}; ${what}` };
}
