import { withoutSecrets } from '#libs/core';
import type { Examined, TelemetrySettings } from '#libs/telemetry';
import { isAbsent, type Choice } from './choose-source.ts';
import type { Finding } from './finding.ts';
import { strategyWords } from './strategy-words.ts';

/** Where GPU readings come from, why not from elsewhere, and what a strategy makes of them. */
export function verdict(examined: readonly Examined[], choice: Choice, settings: TelemetrySettings): Finding {
  const { used, startsWithout, passedOver } = choice;
  const what = 'gpu';
  if (startsWithout === 'none') return { mark: '-', what, found: `None is read: TELEMETRY_GPU=none. ${blind}` };
  if (used === undefined) {
    const isNothing = passedOver.every(isAbsent);
    const mark = (startsWithout === 'auto' && isNothing) || startsWithout === 'handler-loads' ? '-' : 'FAILED';
    return { mark, what, found: withoutAny(choice, settings, isNothing).join('\n') };
  }
  const member = settings.gpu.find((each) => each.startsWith('sim:'));
  const source = used === 'simulated' ? `${member}, a simulated GPU: no real one is read` : used;
  const why = passedOver.map((each) => `${each.source} ${inShort(each)}`).join(', and ');
  const { control, sample } = examined.find((each) => each.source === used) ?? {};
  const devices = sample?.devices?.filter(({ lost }) => lost !== true).length ?? 0;
  const found = [
    `Readings come from ${source}${why === '' ? '' : `, because ${why}`}.`,
    ...(control === undefined
      ? []
      : [strategyWords(control, { shared: settings.shared && used !== 'model-server', devices })]),
  ];
  return { mark: 'ok', what, found: found.join('\n') };
}

const blind = 'Strategies that need GPU readings hold their limit; the others do without.';

function withoutAny({ passedOver, startsWithout }: Choice, settings: TelemetrySettings, isNothing: boolean) {
  const value = `TELEMETRY_GPU=${settings.gpu.map(withoutSecrets).join(',')}`;
  const hangs = passedOver.some(
    ({ source, failure }) =>
      (source === 'nvml' || source === 'nvidia-smi') && (failure?.result === 'timeout' || failure?.result === 'stuck'),
  );
  return [
    isNothing ? 'No GPU was found.' : 'No GPU can be read, for the reasons above.',
    ...(hangs ? ['What hangs for Flyball is likely to hang for the jobs that use the GPU too.'] : []),
    ...nextOfAbsent(passedOver),
    ...outcome(startsWithout, { value, mayStart: passedOver.some(({ sample }) => sample !== undefined) }),
  ];
}

/** Said here, once: where one of them is there, it is a better clue. */
function nextOfAbsent(passedOver: readonly Examined[]): readonly string[] {
  if (!passedOver.every(({ failure }) => failure?.absent === true)) return [];
  return [...new Set(passedOver.flatMap(({ failure }) => failure?.next ?? []))];
}

function outcome(
  startsWithout: Choice['startsWithout'],
  { value, mayStart }: { readonly value: string; readonly mayStart: boolean },
): readonly string[] {
  switch (startsWithout) {
    case 'auto':
    case 'none':
      return [`A worker starts all the same, without GPU readings (${value}). ${blind}`];
    case 'handler-loads':
      return [
        'A worker starts all the same: the server of the handler may be loading its model still, so it is asked again.',
      ];
    case undefined:
      return [
        mayStart
          ? `A worker may start, and has no GPU readings (${value}).`
          : `A worker does not start: ${value} names what does not work.`,
        'Repair it as said above, or set TELEMETRY_GPU=auto (a GPU if there is one) or none.',
      ];
  }
}

/** Why a source was passed over; what is wrong with it stands in its own lines. */
function inShort(examined: Examined): string {
  const { failure } = examined;
  if (isAbsent(examined)) return failure?.absent === true ? 'is not here' : 'sees no GPU';
  if (failure?.result === 'timeout' || failure?.result === 'stuck') return 'hangs';
  return failure === undefined ? 'has lost its GPU' : 'does not work';
}
