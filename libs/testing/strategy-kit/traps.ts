/** Runs `act` with every clock and source of chance in reach trapped; answers with the names of those that were used. */
export function usedTraps(act: () => void): readonly string[] {
  const used = new Set<string>();
  const undo = traps.map(([holder, key, name]) => setTrap(holder, key, () => used.add(name)));
  const RealDate = globalThis.Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) => {
      if (args.length === 0) used.add('new Date()');
      return Reflect.construct(target, args, newTarget) as object;
    },
    get: (target, key) => {
      if (key === 'now') used.add('Date.now');
      return Reflect.get(target, key) as unknown;
    },
  });
  try {
    act();
  } finally {
    globalThis.Date = RealDate;
    for (const restore of undo) restore();
  }
  return [...used];
}

const traps: readonly (readonly [holder: object, key: string, name: string])[] = [
  [Math, 'random', 'Math.random'],
  [globalThis.performance, 'now', 'performance.now'],
  [globalThis.crypto, 'randomUUID', 'crypto.randomUUID'],
  [globalThis.crypto, 'getRandomValues', 'crypto.getRandomValues'],
  [globalThis, 'setTimeout', 'setTimeout'],
  [globalThis, 'setInterval', 'setInterval'],
  [globalThis, 'fetch', 'fetch'],
  [process, 'hrtime', 'process.hrtime'],
];

function setTrap(holder: object, key: string, onUse: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, key);
  const real = Reflect.get(holder, key) as (...args: unknown[]) => unknown;
  Object.defineProperty(holder, key, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]) => {
      onUse();
      return real.apply(holder, args);
    },
  });
  return () => {
    if (own === undefined) Reflect.deleteProperty(holder, key);
    else Object.defineProperty(holder, key, own);
  };
}
