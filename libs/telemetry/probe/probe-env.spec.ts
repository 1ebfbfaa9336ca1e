import { expect, it } from 'vitest';
import { probeEnv } from './probe-env.ts';

it("is the worker's environment without its secrets and its node options, in plain C", () => {
  const env = {
    PATH: '/bin',
    NVIDIA_VISIBLE_DEVICES: 'all',
    LC_ALL: 'de_DE.UTF-8',
    API_KEYS: 'secret',
    ADMIN_KEYS: 'secret',
    QUEUE_PASSWORD: 'secret',
    RUNPOD_AI_API_KEY: 'secret',
    NODE_OPTIONS: '--inspect',
  };
  expect(probeEnv(env)).toEqual({ PATH: '/bin', NVIDIA_VISIBLE_DEVICES: 'all', LC_ALL: 'C' });
});
