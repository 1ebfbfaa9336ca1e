import { createRequire } from 'node:module';

/** What `engines` in package.json says: undici and node:sqlite need it. */
const needed = [22, 19] as const;

export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < needed[0] || (major === needed[0] && minor < needed[1]);
}

/** The Node that came with `npm ci` for this platform, if it did. */
export function bundledNode(): string | undefined {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  const names = [`node-${platform === 'win32' ? 'win' : platform}-${arch}`, `node-bin-${platform}-${arch}`];
  for (const name of names) {
    try {
      return require.resolve(`${name}/bin/${platform === 'win32' ? 'node.exe' : 'node'}`);
    } catch {
      // Not this one: optional packages are installed for one platform only.
    }
  }
  return undefined;
}

export function tooOldMessage(version: string): string {
  return (
    `Flyball needs Node ${needed.join('.')} or newer; this is ${version}. ` +
    `Install Node 24, or run npm ci without --omit=optional, which brings it along.`
  );
}
