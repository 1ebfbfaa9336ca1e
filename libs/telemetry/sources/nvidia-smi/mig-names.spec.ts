import { describe, expect, it } from 'vitest';
import { nvidiaSmiFixture } from '../../../../test/doubles/fake-nvidia-smi.ts';
import { listOf, withGpus } from '../../../../test/doubles/fake-nvidia-smi/devices.ts';
import { withTexts } from '../../../../test/doubles/fake-nvidia-smi/edit-document.ts';
import { devicesOf } from './devices.ts';
import { parseXml, smiLog } from './document.ts';
import { migSet, parseMigNames, withInstances } from './mig-names.ts';

const devices = async (xml: string) => devicesOf(smiLog(await parseXml(xml)));

describe('names of MIG devices', () => {
  it('are read from below their device', () => {
    const list = [
      'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-1a0)',
      '  MIG 1g.5gb      Device  0: (UUID: MIG-0a)',
      '  MIG 1c.2g.10gb  Device  1: (UUID: MIG-0b)',
      'GPU 1: NVIDIA A100-SXM4-40GB (with (odd) name) (UUID: GPU-1a1)',
      '  MIG 3g.20gb+me  Device 10: (UUID: MIG-GPU-1a1/1/0)',
      '',
    ].join('\n');
    expect([...parseMigNames(list)]).toEqual([
      ['GPU-1a0 0', { uuid: 'MIG-0a', profile: '1g.5gb' }],
      ['GPU-1a0 1', { uuid: 'MIG-0b', profile: '1c.2g.10gb' }],
      ['GPU-1a1 10', { uuid: 'MIG-GPU-1a1/1/0', profile: '3g.20gb+me' }],
    ]);
    expect(parseMigNames('No devices were found\n').size).toBe(0);
  });

  it('are given to the devices of their index', async () => {
    const xml = withGpus(nvidiaSmiFixture('mig-4'), 2);
    const [first, second] = (await devices(xml)).map((each) => withInstances(each, parseMigNames(listOf(xml))));
    expect(first?.instances).toEqual([
      { instance: '2', computeInstance: '0', uuid: 'MIG-1a000000-0444-4a00-8000-000000000001', profile: '1c.2g.10gb' },
      { instance: '2', computeInstance: '1', uuid: 'MIG-1a000000-0444-4a00-8000-000000000002', profile: '1c.2g.10gb' },
      { instance: '7', computeInstance: '0', uuid: 'MIG-1a000000-0444-4a00-8000-000000000003', profile: '1g.5gb' },
      { instance: '9', computeInstance: '0', uuid: 'MIG-1a000000-0444-4a00-8000-000000000004', profile: '1g.5gb' },
    ]);
    expect(second?.instances).toHaveLength(4);
  });

  it('are left out where they are not known', async () => {
    const [device] = await devices(nvidiaSmiFixture('mig-1'));
    expect(device && withInstances(device, new Map()).instances).toEqual([{ instance: '3', computeInstance: '0' }]);
  });
});

describe('the set of MIG devices', () => {
  it('changes with an instance, and not with its memory', async () => {
    const xml = nvidiaSmiFixture('mig-1');
    const changed = async (path: string, text: string) => {
      const texts = { [`mig_devices.mig_device.${path}`]: text };
      return migSet(await devices(withTexts(xml, 'nvidia_smi_log.gpu', texts))) !== migSet(await devices(xml));
    };
    expect(await changed('gpu_instance_id', '4')).toBe(true);
    expect(await changed('compute_instance_id', '1')).toBe(true);
    expect(await changed('fb_memory_usage.used', '1 MiB')).toBe(false);
  });

  it('is empty without MIG', async () => {
    expect(migSet(await devices(nvidiaSmiFixture('v12-570')))).toBe('');
  });
});
