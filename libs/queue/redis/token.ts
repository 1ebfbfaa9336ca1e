/** The lock token of a lease says who holds it and for how long it lasts without renewal, to every process. */
export interface Holder {
  readonly worker: string;
  readonly leaseMs: number;
}

/** @param n distinguishes the leases of this process */
export function tokenOf({ worker, leaseMs }: Holder, n: string): string {
  return `${encodeURIComponent(worker)}|${leaseMs}|${n}`;
}

export function holderOf(token: string): Holder {
  const [worker = '', leaseMs = '0'] = token.split('|');
  return { worker: decodeURIComponent(worker), leaseMs: Number(leaseMs) };
}
