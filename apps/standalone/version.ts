import { createRequire } from 'node:module';

const { version: packageVersion } = createRequire(import.meta.url)('flyball/package.json') as { version: string };

export const version: string = packageVersion;
