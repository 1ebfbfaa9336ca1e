import { isLoopback } from './address.ts';
import { given, type Environment } from './environment.ts';
import type { SettingsProblem } from './settings-error.ts';
import type { Values } from './values.ts';

/** What is wrong between settings that are each right. */
export function crossChecks(values: Values, environment: Environment): readonly SettingsProblem[] {
  return [...boundProblems(values), ...accessProblems(values), ...queueProblems(environment)];
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

/** RunPod's variables mean RunPod's queue; an own one beside it would wait for jobs that never come. */
function queueProblems(environment: Environment): readonly SettingsProblem[] {
  const variable = 'RUNPOD_WEBHOOK_GET_JOB';
  if (given(environment, variable) === undefined || given(environment, 'QUEUE_URL') !== undefined) return [];
  const message =
    "asks for RunPod's queue, which is not in this version of Flyball. Set QUEUE_URL=sqlite:PATH to use the embedded one";
  return [{ variable, message }];
}
