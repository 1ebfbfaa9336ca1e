import { describe, expect, it } from 'vitest';
import { DeviceCalls } from './device-calls.ts';
import { readMemory } from './memory.ts';
import { fails, handleAt, nvmlDouble, ok } from '../../../../test/doubles/nvml-double.ts';
import type { NvmlLibrary } from './nvml-library.ts';

const read = (changes: Partial<NvmlLibrary>) => readMemory(nvmlDouble(changes), handleAt(0), new DeviceCalls());

describe('memory', () => {
  it('publishes what v2 says where used, free and reserved make up the total', () => {
    expect(read({})).toEqual(ok({ used: 250, total: 1000, reserved: 50 }));
  });

  it('takes reserved out of used where the driver counts it as used', () => {
    const memoryV2 = () => ok({ total: 1000, free: 700, used: 300, reserved: 50 });
    expect(read({ memoryV2 })).toEqual(ok({ used: 250, total: 1000, reserved: 50 }));
  });

  it('lets an allocation between two of the numbers pass', () => {
    const memoryV2 = () => ok({ total: 1000, free: 700, used: 255, reserved: 50 });
    expect(read({ memoryV2 })).toEqual(ok({ used: 255, total: 1000, reserved: 50 }));
  });

  it('does not believe a v2 whose parts make up nothing, and asks v1', () => {
    const memoryV2 = () => ok({ total: 1000, free: 0, used: 250, reserved: 50 });
    expect(read({ memoryV2 })).toEqual(ok({ used: 300, total: 1000 }));
  });

  it('says nothing of reserved where only v1 is there', () => {
    expect(read({ memoryV2: undefined })).toEqual(ok({ used: 300, total: 1000 }));
  });

  it('asks v1 when the driver does not know the version of v2', () => {
    expect(read({ memoryV2: () => fails(25) })).toEqual(ok({ used: 300, total: 1000 }));
  });

  it('answers with the code of v1 when neither answers', () => {
    expect(read({ memoryV2: undefined, memory: () => fails(4) })).toEqual(fails(4));
  });

  it('keeps a device without a byte allocated at 0', () => {
    const memoryV2 = () => ok({ total: 1000, free: 950, used: 0, reserved: 50 });
    expect(read({ memoryV2 }).value?.used).toBe(0);
  });
});
