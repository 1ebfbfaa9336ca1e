/**
 * Names and texts by which frameworks tell that memory is used up: PyTorch, CUDA, cuBLAS, XLA, Python, C++ and V8.
 * Matched against the name and message of an error, never against a traceback.
 */
const texts =
  /OutOfMemory|out of memory|MemoryError|CUBLAS_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation|RESOURCE_EXHAUSTED|std::bad_alloc|Array buffer allocation failed/i;

export function tellsOutOfMemory(text: string): boolean {
  return texts.test(text);
}
