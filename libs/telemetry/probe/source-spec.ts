/** A source that lives in the probe process, as plain data for the way there. */
export type SourceSpec =
  | { readonly kind: 'host' }
  | { readonly kind: 'nvml' }
  | { readonly kind: 'nvidia-smi' }
  | { readonly kind: 'dcgm'; readonly url: string; readonly own: OwnDevices; readonly intervalMs: number }
  | { readonly kind: 'model-server'; readonly url: string };

export type ProbedKind = SourceSpec['kind'];

/** Which of several devices are ours, as the environment says. */
export interface OwnDevices {
  /** `GPU-…` and `MIG-…` of NVIDIA_VISIBLE_DEVICES and CUDA_VISIBLE_DEVICES; may be abbreviated, as CUDA allows. */
  readonly uuids: readonly string[];
  /** Of CUDA_VISIBLE_DEVICES, by the driver's own count. */
  readonly indices: readonly number[];
}
