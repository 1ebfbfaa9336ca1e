import { describe, expect, it } from 'vitest';
import { elementsAt, parseXml, smiLog, textAt } from './document.ts';

const logOf = async (inside: string) => smiLog(await parseXml(`<nvidia_smi_log>${inside}</nvidia_smi_log>`));

describe('a document', () => {
  it('has as many devices as it has gpu elements, whatever attached_gpus says', async () => {
    expect((await logOf('<attached_gpus>4</attached_gpus><gpu id="a"><uuid>x</uuid></gpu>')).gpus).toHaveLength(1);
    expect((await logOf('<gpu id="a"><uuid>x</uuid></gpu><gpu id="b"><uuid>y</uuid></gpu>')).gpus).toHaveLength(2);
    expect((await logOf('<attached_gpus>0</attached_gpus>')).gpus).toEqual([]);
  });

  it('says its driver, or leaves it out', async () => {
    expect(await logOf('<driver_version>535.129.03</driver_version>')).toEqual({ driver: '535.129.03', gpus: [] });
    expect(await logOf('<cuda_version>12.2</cuda_version>')).toEqual({ gpus: [] });
  });

  it.each([
    ['', 'answered with nothing'],
    [' \n', 'answered with nothing'],
    ['Segmentation fault\nmore', '"Segmentation fault"'],
    ['<nvidia_smi_log><gpu><uuid>GPU-1</uu', 'not complete XML'],
    ['<html><body>hello</body></html>', 'not an nvidia_smi_log'],
  ])('is refused when it is %j', async (text, words) => {
    const parsed = parseXml(text).then(smiLog);
    await expect(parsed).rejects.toMatchObject({
      failure: { result: 'parse', message: expect.stringContaining(words), next: expect.any(String) },
    });
  });
});

describe('an element', () => {
  const gpu = {
    $: { id: 'x' },
    utilization: { gpu_util: '0 %', encoder_util: { _: '5 %', $: { since: 'start' } } },
    processes: '',
    remapped_rows: 'N/A',
    twice: ['a', 'b'],
  };

  it.each([
    ['utilization/gpu_util', '0 %'],
    ['utilization/encoder_util', '5 %'],
    ['utilization/other', undefined],
    ['utilization', undefined],
    ['nowhere/at/all', undefined],
    ['processes/process_info/pid', ''],
    ['remapped_rows/pending', 'N/A'],
    ['twice', undefined],
    ['constructor/name', undefined],
  ])('%s has the text %j', (path, text) => {
    expect(textAt(gpu, path)).toBe(text);
  });

  it('is one, several or none of its name', () => {
    const one = { mig_devices: { mig_device: { index: '0' } } };
    const two = { mig_devices: { mig_device: [{ index: '0' }, { index: '1' }] } };
    expect(elementsAt(one, 'mig_devices/mig_device')).toEqual([{ index: '0' }]);
    expect(elementsAt(two, 'mig_devices/mig_device')).toHaveLength(2);
    expect(elementsAt({ mig_devices: 'None' }, 'mig_devices/mig_device')).toEqual([]);
  });
});
