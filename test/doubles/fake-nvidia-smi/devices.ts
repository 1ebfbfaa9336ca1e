import { childrenOf, spanOf, withTexts, type ElementTexts } from './edit-document.ts';

/** The same device so many times, each with a UUID, a number and a place on the bus of its own. */
export function withGpus(xml: string, count: number): string {
  const { from, to } = spanOf(xml, 'nvidia_smi_log.gpu');
  const device = xml.slice(from, to);
  const devices = Array.from({ length: count }, (_, index) => numbered(device, index));
  const document = xml.slice(0, from) + devices.join('\n\t') + xml.slice(to);
  return withTexts(document, 'nvidia_smi_log', { attached_gpus: String(count) });
}

/** What `nvidia-smi -L` prints about the devices of a document. */
export function listOf(xml: string): string {
  const lines = gpuPaths(xml).flatMap((path, index) => {
    const uuid = textAt(xml, `${path}.uuid`);
    const line = `GPU ${index}: ${textAt(xml, `${path}.product_name`)} (UUID: ${uuid})`;
    return [line, ...migLines(xml, `${path}.mig_devices`, uuid)];
  });
  return `${lines.join('\n')}\n`;
}

function numbered(device: string, index: number): string {
  if (index === 0) return device;
  const bus = textAt(device, 'gpu.pci.pci_bus_id').replace(/:([0-9A-F]{2}):/, (_, number: string) => {
    return `:${(parseInt(number, 16) + index).toString(16).toUpperCase().padStart(2, '0')}:`;
  });
  const texts: ElementTexts = {
    uuid: ofIndex(textAt(device, 'gpu.uuid'), index),
    minor_number: String(index),
    'pci.pci_bus': bus.split(':')[1],
    'pci.pci_bus_id': bus,
  };
  return withTexts(device, 'gpu', texts).replace(/^<gpu id="[^"]*"/, `<gpu id="${bus}"`);
}

function migLines(xml: string, path: string, uuid: string): readonly string[] {
  const paths = childrenOf(xml, spanOf(xml, path), 'mig_device').map((_, index) => `${path}.mig_device[${index}]`);
  const instances = paths.map((each) => textAt(xml, `${each}.gpu_instance_id`));
  return paths.map((each, position) => {
    const gib = Math.ceil(parseInt(textAt(xml, `${each}.fb_memory_usage.total`), 10) / 1024);
    const shares = instances.filter((instance) => instance === instances[position]).length;
    const slices = Math.round(Number(textAt(xml, `${each}.device_attributes.shared.multiprocessor_count`)) / 14);
    const profile = shares > 1 ? `${slices}c.${slices * shares}g.${gib}gb` : `${slices}g.${gib}gb`;
    const index = textAt(xml, `${each}.index`);
    return `  MIG ${profile.padEnd(12)} Device  ${index}: (UUID: ${ofIndex(uuid, Number(index)).replace('GPU-', 'MIG-')})`;
  });
}

function gpuPaths(xml: string): readonly string[] {
  const gpus = childrenOf(xml, spanOf(xml, 'nvidia_smi_log'), 'gpu');
  return gpus.map((_, index) => `nvidia_smi_log.gpu[${index}]`);
}

function textAt(xml: string, path: string): string {
  const { innerFrom, innerTo } = spanOf(xml, path);
  return xml.slice(innerFrom, innerTo).trim();
}

function ofIndex(uuid: string, index: number): string {
  return uuid.slice(0, -2) + String(index + 1).padStart(2, '0');
}
