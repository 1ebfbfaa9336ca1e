import type { Row } from '../build/dashboard.ts';
import { runbookOf } from '../build/data-links.ts';
import { series } from '../build/selector.ts';
import { table } from '../build/table.ts';
import { timeseries } from '../build/timeseries.ts';

/** Devices cut up by MIG; without any, its panels are empty. */
export function migRow(): Row {
  return { title: 'MIG', panels: [instances(), memory()] };
}

function instances() {
  return table({
    title: 'MIG devices',
    unit: 'none',
    width: 12,
    shows: 'The MIG devices that a worker sees, with their profile.',
    todo: 'If low: an instance that is missing was destroyed under the worker; `nvidia-smi -L` on the node lists them.',
    queries: [
      {
        expr: `max by (instance, gpu, mig, gpu_instance, compute_instance, profile) (${series('gpu_mig_info')})`,
        legend: '{{mig}}',
      },
    ],
  });
}

function memory() {
  return timeseries({
    title: 'Memory of GPU instances',
    unit: 'bytes',
    width: 12,
    dashed: '/^all /',
    shows: 'Memory in use in each GPU instance, and all there is. Under MIG no utilisation is reported by the driver.',
    todo: 'If high: the next job in that instance runs out of memory; a larger profile, or fewer jobs at once.',
    queries: [
      { expr: series('gpu_mig_memory_used_bytes'), legend: 'in use {{gpu_instance}} {{instance}} {{gpu}}' },
      { expr: series('gpu_mig_memory_total_bytes'), legend: 'all {{gpu_instance}} {{instance}} {{gpu}}' },
    ],
    links: [runbookOf('guard')],
  });
}
