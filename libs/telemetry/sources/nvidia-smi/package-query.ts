/**
 * A document by way of `node-nvidia-smi`. It can be neither timed out nor aborted, takes any byte on stderr and any status
 * for a failure, and reads at most 1 MiB: only for a process that can be killed, and only as the first of two ways.
 */
export async function queryByPackage(): Promise<unknown> {
  const { default: query } = await import('node-nvidia-smi');
  return await new Promise((resolve, reject) => {
    query((error, document) => {
      if (error === null && document !== null && document !== undefined) resolve(document);
      else reject(new Error('node-nvidia-smi has no document', { cause: error }));
    });
  });
}
