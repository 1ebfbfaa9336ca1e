/**
 * A call that never returns also keeps this process from noticing that its parent is gone. On Linux the kernel can be told
 * to end it then. Answers whether it was; elsewhere, and where it cannot, nothing happens.
 */
export async function dieWithParent(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const parent = process.ppid;
  try {
    const { default: koffi } = await import('koffi');
    // The C library that Node itself runs on, whatever its name.
    const prctl = koffi.load(null).func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong']);
    const told = Number(prctl(setParentDeathSignal, sigKill, 0, 0, 0)) === 0;
    // It ended before the kernel was told.
    if (told && process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    return told;
  } catch {
    return false;
  }
}

/** PR_SET_PDEATHSIG of sys/prctl.h, SIGKILL of signal.h. */
const setParentDeathSignal = 1;
const sigKill = 9;
