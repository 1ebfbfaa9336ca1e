import { writeFile } from 'node:fs/promises';
import { FlyballError, recordLine } from '#libs/core';
import { simulate as simulateRun, type Scenario, type Simulation } from '#libs/simulation';
import { simulateRequest, type SimulateRequest } from './simulate/arguments.ts';
import { scenarioNamed } from './simulate/choose-scenario.ts';
import { setupOf, type SimulatedSetup } from './simulate/choose-setup.ts';
import { simulatedFacts } from './simulate/facts.ts';
import { picture } from './simulate/picture.ts';
import { traceScenario } from './simulate/trace-scenario.ts';

/**
 * `flyball simulate --strategy NAME --scenario NAME|--trace FILE`: the product's own controller and guard against a
 * simulated device, without a clock. Status 2 for what the user can correct.
 */
export async function simulate(args: readonly string[]): Promise<number> {
  const plan = await planned(args);
  if (plan === undefined) return 2;
  const { request, setup, guard, scenario } = plan;
  const { seed, duration } = request;
  const run = simulateRun({ scenario, setup, seed, guard, ...(duration !== undefined && { duration }) });
  if (request.log !== undefined) await writeLog(request.log, run);
  const facts = simulatedFacts(run);
  const strategy = setup.strategy.name;
  if (request.json) {
    console.log(JSON.stringify({ strategy, scenario: scenario.name, seed, duration: run.totals.duration, ...facts }));
  } else {
    const { name, summary } = scenario;
    const columns = process.stdout.columns ?? 100;
    const { records, onTimeAt } = run;
    console.log(picture({ strategy, scenario: name, summary, seed, records, onTimeAt, facts }, columns));
  }
  return 0;
}

interface Plan extends SimulatedSetup {
  readonly request: SimulateRequest;
  readonly scenario: Scenario;
}

/** Undefined when it cannot be done as asked; why has been said. */
async function planned(args: readonly string[]): Promise<Plan | undefined> {
  try {
    const request = simulateRequest(args);
    const { work, strategy } = request;
    const scenario = 'trace' in work ? await traceScenario(work.trace) : scenarioNamed(work.scenario);
    return { request, scenario, ...(await setupOf(strategy, process.env)) };
  } catch (error) {
    if (!(error instanceof FlyballError)) throw error;
    console.error(error.message);
    return undefined;
  }
}

/** As a worker writes DECISION_LOG, but whole: whatever was in the file is gone. */
async function writeLog(path: string, { records }: Simulation): Promise<void> {
  const lines = records.values().map((record) => `${recordLine(record)}\n`);
  try {
    await writeFile(path, lines);
  } catch (cause) {
    throw new FlyballError(
      'LOG_NOT_WRITTEN',
      `${path} cannot be written: ${String(cause)}. Name another file after --log.`,
      {
        cause,
      },
    );
  }
}
