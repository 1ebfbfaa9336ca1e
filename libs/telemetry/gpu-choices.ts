import { closest } from 'fastest-levenshtein';
import { FlyballError, type SourceKind } from '#libs/core';
import { watchedScenarios, type Scenario } from '#libs/simulation';
import type { OwnDevices, SourceSpec } from './probe/source-spec.ts';

export type GpuChoice =
  Exclude<SourceSpec, { kind: 'host' }> | { readonly kind: 'simulated'; readonly scenario: Scenario };

/**
 * TELEMETRY_GPU as sources, in order. `auto` is nvml, then nvidia-smi, and no device where neither works.
 * @throws {FlyballError} UNKNOWN_SCENARIO with the nearest known name
 */
export function gpuChoices(
  members: readonly string[],
  context: { readonly own: OwnDevices; readonly intervalMs: number },
): readonly GpuChoice[] {
  return members.flatMap((member): readonly GpuChoice[] => {
    const kind = member.split(':', 1)[0] ?? '';
    const rest = member.slice(kind.length + 1);
    switch (kind) {
      case 'none':
        return [];
      case 'auto':
        return [{ kind: 'nvml' }, { kind: 'nvidia-smi' }];
      case 'nvml':
      case 'nvidia-smi':
        return [{ kind }];
      case 'dcgm':
        return [{ kind, url: rest, ...context }];
      case 'model-server':
        return [{ kind, url: rest }];
      case 'sim':
        return [{ kind: 'simulated', scenario: scenarioNamed(rest) }];
      default:
        throw new FlyballError('UNKNOWN_TELEMETRY', `TELEMETRY_GPU="${member}" is not known.`);
    }
  });
}

/** The kinds of TELEMETRY_GPU, best first; the host is not among them. */
export function declaredOrder(members: readonly string[]): readonly SourceKind[] {
  return gpuChoices(members, { own: { uuids: [], indices: [] }, intervalMs: 0 }).map(({ kind }) => kind);
}

function scenarioNamed(name: string): Scenario {
  const scenarios: readonly Scenario[] = Object.values(watchedScenarios);
  const found = scenarios.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((each) => `sim:${each.name}`);
  throw new FlyballError(
    'UNKNOWN_SCENARIO',
    `TELEMETRY_GPU="sim:${name}" is not known. Did you mean "${closest(`sim:${name}`, names)}"? Known: ${names.join(', ')}.`,
  );
}
