import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Sources run as they are: `#libs/*` resolves to libs/*/index.ts, in tests and in the processes they start.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['{apps,libs,test}/**/*.spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
  },
});
