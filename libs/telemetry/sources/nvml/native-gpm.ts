import { answer, type NativeCalls } from './native-calls.ts';
import type { Answer, GpmLibrary } from './nvml-library.ts';
import { codes } from './return-codes.ts';

/** `undefined` unless every function is there: they are of use only together. */
export function gpmCalls(native: NativeCalls): GpmLibrary | undefined {
  const supported = native.code('nvmlGpmQueryDeviceSupport', ['void *', 'void *']);
  const allocate = native.handle('nvmlGpmSampleAlloc', []);
  const free = native.code('nvmlGpmSampleFree', ['void *']);
  const sample = native.code('nvmlGpmSampleGet', ['void *', 'void *']);
  const sampleInstance = native.code('nvmlGpmMigSampleGet', ['void *', 'uint32_t', 'void *']);
  const compare = native.code('nvmlGpmMetricsGet', ['void *']);
  if (!(supported && allocate && free && sample && sampleInstance && compare)) return undefined;
  return {
    supported: (device) => {
      const out = Buffer.alloc(8);
      out.writeUInt32LE(version, 0);
      return answer(supported(device, out), () => out.readUInt32LE(4) !== 0);
    },
    allocate: () => allocate(),
    free: (allocated) => free(allocated),
    sample: (device, into) => sample(device, into),
    sampleInstance: (device, instance, into) => sampleInstance(device, instance, into),
    compare: (from, to, metricIds) => {
      // Too big for koffi to copy member by member: 13 kB for the four that we ask for.
      const out = Buffer.alloc(headerBytes + metricBytes * mostMetrics);
      out.writeUInt32LE(version, 0);
      out.writeUInt32LE(metricIds.length, 4);
      out.writeBigUInt64LE(from, 8);
      out.writeBigUInt64LE(to, 16);
      for (const [position, id] of metricIds.entries()) out.writeUInt32LE(id, headerBytes + metricBytes * position);
      return answer(compare(out), () => metricIds.map((_, position) => metricAt(out, position)));
    },
  };
}

function metricAt(out: Buffer, position: number): Answer<number> {
  const start = headerBytes + metricBytes * position;
  const code = out.readInt32LE(start + 4);
  const value = out.readDoubleLE(start + 8);
  if (code !== codes.ok) return { code };
  // 0/0 of two samples with nothing between them.
  return Number.isFinite(value) ? { code, value } : { code: codes.noData };
}

/** NVML_GPM_SUPPORT_VERSION and NVML_GPM_METRICS_GET_VERSION: plain numbers, unlike those of other structures. */
const version = 1;
/** nvmlGpmMetricsGet_t up to its metrics: version, number, two samples. */
const headerBytes = 24;
/** nvmlGpmMetric_t: id, code, value, three strings. */
const metricBytes = 40;
/** NVML_GPM_METRIC_MAX: 98 at first, 333 now. */
const mostMetrics = 333;
