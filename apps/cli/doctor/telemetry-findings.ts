import type { Settings } from '#libs/config';
import { FlyballError, type SourceKind } from '#libs/core';
import { declaredOrder, examineSources, type Examined } from '#libs/telemetry';
import { chooseSource } from './choose-source.ts';
import type { Finding } from './finding.ts';
import { hostFinding } from './host-finding.ts';
import { sourceFindings } from './source-findings.ts';
import { verdict } from './verdict.ts';

export interface TelemetryChecks {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told when a source takes some seconds. */
  readonly onWait: (source: SourceKind) => void;
}

const reads = 5;
const pauseMs = 200;
const riddleMs = 3000;

/** Reads every source five times and tells what it says, which one is used, and why not the others. */
export async function* telemetryFindings({ settings, environment, onWait }: TelemetryChecks): AsyncGenerator<Finding> {
  const { telemetry, handler } = settings;
  const wrong = wrongName(telemetry.gpu);
  if (wrong !== undefined) return yield { mark: 'FAILED', what: 'gpu', found: wrong };
  const examined: Examined[] = [];
  let wait: NodeJS.Timeout | undefined;
  const onSource = (source: SourceKind): void => void (wait = setTimeout(onWait, riddleMs, source));
  for await (const each of examineSources({ telemetry, environment, times: reads, pauseMs, onSource })) {
    clearTimeout(wait);
    examined.push(each);
    if (each.source === 'host') yield hostFinding(each);
  }
  const choice = chooseSource(telemetry.gpu, examined, handler);
  yield* sourceFindings(examined, choice);
  yield verdict(examined, choice, telemetry);
}

/** What only telemetry knows to be wrong: a scenario that there is none of. */
function wrongName(gpu: readonly string[]): string | undefined {
  try {
    declaredOrder(gpu);
    return undefined;
  } catch (error) {
    if (error instanceof FlyballError) return error.message;
    throw error;
  }
}
