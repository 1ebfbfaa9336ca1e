import type { SourceKind } from '#libs/core';
import { declaredOrder, type Examined } from '#libs/telemetry';

export interface Choice {
  /** Where readings come from. */
  readonly used?: SourceKind;
  /** Before it in TELEMETRY_GPU, or all when none is used. */
  readonly passedOver: readonly Examined[];
  /** A worker that reads no device starts all the same. */
  readonly startsWithout: 'auto' | 'none' | 'handler-loads' | undefined;
}

/** The first of TELEMETRY_GPU that works; what is simulated always does. */
export function chooseSource(gpu: readonly string[], examined: readonly Examined[], handler?: string): Choice {
  const order = declaredOrder(gpu);
  const found = (kind: SourceKind): Examined | undefined => examined.find(({ source }) => source === kind);
  const place = order.findIndex((kind) => kind === 'simulated' || works(found(kind)));
  const used = order[place];
  const before = used === undefined ? order : order.slice(0, place);
  return {
    ...(used !== undefined && { used }),
    passedOver: before.flatMap((kind) => found(kind) ?? []),
    startsWithout: startsWithout(gpu, handler),
  };
}

export function works(examined: Examined | undefined): boolean {
  const { sample } = examined ?? {};
  return sample !== undefined && sample.devices?.every(({ lost }) => lost === true) !== true;
}

/** Not even here: no library, no command, or no device behind it. */
export function isAbsent({ failure }: Examined): boolean {
  return failure?.absent === true || failure?.result === 'empty';
}

function startsWithout(gpu: readonly string[], handler: string | undefined): Choice['startsWithout'] {
  if (gpu.includes('none')) return 'none';
  if (gpu.includes('auto')) return 'auto';
  const ownServer = /^https?:/i.test(handler ?? '') && gpu.some((member) => member.startsWith('model-server:'));
  return ownServer ? 'handler-loads' : undefined;
}
