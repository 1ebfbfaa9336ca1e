import { expect, it } from 'vitest';
import { tellsOutOfMemory } from './out-of-memory.ts';

it.each([
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB',
  'RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)',
  'RuntimeError: cudaErrorMemoryAllocation',
  'XlaRuntimeError: RESOURCE_EXHAUSTED: out of memory while trying to allocate',
  'numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.28 TiB',
  'RangeError: Array buffer allocation failed',
])('takes %j for out of memory', (text) => {
  expect(tellsOutOfMemory(text)).toBe(true);
});

it.each(['ValueError: bad input', 'TypeError: memory is not a function', ''])('does not take %j for it', (text) => {
  expect(tellsOutOfMemory(text)).toBe(false);
});
