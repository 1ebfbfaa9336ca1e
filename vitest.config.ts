import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Sources run as they are: `#libs/*` resolves to libs/*/index.ts, in tests and in the processes they start.
  resolve: { conditions: ['flyball-source'] },
  ssr: { resolve: { conditions: ['flyball-source'], externalConditions: ['flyball-source'] } },
  test: {
    reporters: ['default', './scripts/levels-reporter.mjs', './scripts/skips-reporter.mjs'],
    include: ['{apps,libs,test}/**/*.spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
  },
});
