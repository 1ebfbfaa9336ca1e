import type { TelemetrySource } from '#libs/core';
import type { SourceSpec } from './source-spec.ts';

/** Imports only what is asked for: a library of one source is of no use, and maybe not there, for another. */
export async function openSource(spec: SourceSpec): Promise<TelemetrySource> {
  const now = (): number => performance.now();
  switch (spec.kind) {
    case 'host': {
      const { HostSource } = await import('../sources/host/host-source.ts');
      return new HostSource(now);
    }
    case 'nvml': {
      const { NvmlSource } = await import('../sources/nvml/nvml-source.ts');
      return new NvmlSource();
    }
    case 'nvidia-smi': {
      const { NvidiaSmiSource } = await import('../sources/nvidia-smi/nvidia-smi-source.ts');
      return new NvidiaSmiSource();
    }
    case 'dcgm': {
      const { DcgmSource } = await import('../sources/dcgm/dcgm-source.ts');
      return new DcgmSource(spec, now);
    }
    case 'model-server': {
      const { ModelServerSource } = await import('../sources/model-server/model-server-source.ts');
      return new ModelServerSource(spec);
    }
  }
}
