import { isLoopback } from './address.ts';
import { given, type Environment } from './environment.ts';
import type { SettingsProblem } from './settings-error.ts';
import type { Values } from './values.ts';

/** What is wrong between settings that are each right. */
export function crossChecks(values: Values, environment: Environment): readonly SettingsProblem[] {
  return [...boundProblems(values), ...accessProblems(values), ...queueProblems(values, environment)];
}

function boundProblems(values: Values): readonly SettingsProblem[] {
  const { CONCURRENCY_MIN: min, CONCURRENCY_MAX: max, CONCURRENCY_INITIAL: initial } = values;
  if (min === undefined || max === undefined) return [];
  if (min > max) {
    const message = `is above CONCURRENCY_MAX, which is ${max}. Lower it or raise CONCURRENCY_MAX`;
    return [{ variable: 'CONCURRENCY_MIN', value: String(min), message }];
  }
  if (initial === undefined || (initial >= min && initial <= max)) return [];
  const message = `is not between CONCURRENCY_MIN and CONCURRENCY_MAX, which are ${min} and ${max}. Choose one that is`;
  return [{ variable: 'CONCURRENCY_INITIAL', value: String(initial), message }];
}

function accessProblems(values: Values): readonly SettingsProblem[] {
  const { BIND_ADDRESS: address, API_KEYS: keys, ADMIN_KEYS: adminKeys, AUTH: auth } = values;
  if (auth === 'none' && (keys !== undefined || adminKeys !== undefined)) {
    const message = 'contradicts API_KEYS or ADMIN_KEYS. Unset one or the other';
    return [{ variable: 'AUTH', value: auth, message }];
  }
  if (address === undefined || isLoopback(address) || keys !== undefined || auth === 'none') return [];
  const message = 'can be reached from other machines. Set API_KEYS, or AUTH=none to let anybody in';
  return [{ variable: 'BIND_ADDRESS', value: address, message }];
}

function queueProblems(values: Values, environment: Environment): readonly SettingsProblem[] {
  const { QUEUE_URL: url = '' } = values;
  const runpod = 'RUNPOD_WEBHOOK_GET_JOB';
  if (url === 'runpod:' && given(environment, runpod) === undefined) {
    const message = `needs RunPod's variables, and ${runpod} is not set. They are there in a RunPod worker`;
    return [{ variable: 'QUEUE_URL', value: url, message }];
  }
  if (url.startsWith('redis')) return [];
  return (['QUEUE_USERNAME', 'QUEUE_PASSWORD'] as const)
    .filter((variable) => values[variable] !== undefined)
    .map((variable) => ({ variable, message: `is for a Redis, and QUEUE_URL is ${url || 'wrong'}. Unset it` }));
}
