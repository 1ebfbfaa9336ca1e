import { expositionText, type Series } from './exposition-text.ts';

/** In the exporter's units, by the field's name without `DCGM_FI_`. `undefined`: not exported. */
export type DcgmValues = Readonly<Record<string, number | string | undefined>>;

export interface DcgmDevice {
  readonly uuid: string;
  readonly model?: string;
  readonly driver?: string;
  /** Values that differ from those of a healthy device at work. */
  readonly values?: DcgmValues;
  /** What MIG cut it into. */
  readonly instances?: readonly DcgmInstance[];
  readonly pod?: string;
}

export interface DcgmInstance {
  readonly id: string;
  readonly profile: string;
  readonly values: DcgmValues;
}

export interface DcgmPageOptions {
  readonly host?: string;
  /** Newer exporters write it small. */
  readonly hostLabel?: 'Hostname' | 'hostname';
}

/** What DCGM writes for a value that it has not, as int32, int64 and double, each with the code "not supported". */
export const dcgmBlanks = { int32: '2147483634', int64: '9223372036854775794', double: '140737488355330.000000' };

/** A page of dcgm-exporter with the fields of its default list. */
export function dcgmPage(devices: readonly DcgmDevice[], options: DcgmPageOptions = {}): string {
  return expositionText(devices.flatMap((device, index) => deviceSeries(device, index, options)));
}

const atWork: DcgmValues = {
  DEV_SM_CLOCK: 1410,
  DEV_MEM_CLOCK: 7001,
  DEV_MEMORY_TEMP: 71,
  DEV_GPU_TEMP: 64,
  DEV_POWER_USAGE: 210.5,
  DEV_TOTAL_ENERGY_CONSUMPTION: 48_287_135,
  DEV_PCIE_REPLAY_COUNTER: 0,
  DEV_GPU_UTIL: 45,
  DEV_MEM_COPY_UTIL: 30,
  DEV_ENC_UTIL: 0,
  DEV_DEC_UTIL: 0,
  DEV_XID_ERRORS: 0,
  DEV_FB_FREE: 3584,
  DEV_FB_USED: 20_480,
  DEV_FB_RESERVED: 512,
  PROF_GR_ENGINE_ACTIVE: 0.43,
  PROF_PIPE_TENSOR_ACTIVE: 0.12,
  PROF_DRAM_ACTIVE: 0.25,
  PROF_PCIE_TX_BYTES: 112_603,
};

function deviceSeries(device: DcgmDevice, index: number, options: DcgmPageOptions): readonly Series[] {
  const { uuid, model = 'NVIDIA L4', driver = '580.105.08', pod } = device;
  const labels = {
    gpu: String(index),
    UUID: uuid,
    pci_bus_id: `00000000:${(0x31 + index).toString(16).toUpperCase()}:00.0`,
    device: `nvidia${index}`,
    modelName: model,
    [options.hostLabel ?? 'Hostname']: options.host ?? 'gpu-node-1',
    DCGM_FI_DRIVER_VERSION: driver,
    ...(pod !== undefined && { namespace: 'default', pod, container: 'worker' }),
  };
  const ofInstances = (device.instances ?? []).flatMap(({ id, profile, values }) =>
    seriesOf(values, { ...labels, GPU_I_ID: id, GPU_I_PROFILE: profile }),
  );
  return [...seriesOf({ ...atWork, ...device.values }, labels), ...ofInstances];
}

function seriesOf(values: DcgmValues, labels: Readonly<Record<string, string>>): readonly Series[] {
  return Object.entries(values).flatMap(([field, value]) =>
    value === undefined ? [] : [{ name: `DCGM_FI_${field}`, labels, value }],
  );
}
