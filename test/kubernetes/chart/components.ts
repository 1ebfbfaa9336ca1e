import { containersOf, podsOf, type Container, type KubernetesObject, type Pod } from './objects.ts';

/** `worker`, `gateway`, `redis`, `test` */
export function componentOf({ metadata }: Pod | KubernetesObject): string {
  return metadata.labels?.['app.kubernetes.io/component'] ?? '';
}

/** @throws {Error} where there is none */
export function podOf(objects: readonly KubernetesObject[], component: string): Pod {
  return only(podsOf(objects), (pod) => componentOf(pod) === component, `pod of ${component}`);
}

/** @throws {Error} where there is none */
export function objectOf(objects: readonly KubernetesObject[], kind: string, component: string): KubernetesObject {
  const isIt = (each: KubernetesObject): boolean => each.kind === kind && componentOf(each) === component;
  return only(objects, isIt, `${kind} of ${component}`);
}

/** @throws {Error} where there is none */
export function containerOf(pod: Pod, name: string): Container {
  return only(containersOf(pod), (container) => container.name === name, `container ${name}`);
}

/** What a variable is set to; undefined where it is absent, or comes from elsewhere. */
export function variable({ env = [] }: Container, name: string): string | undefined {
  return env.find((each) => each.name === name)?.value;
}

function only<Thing>(things: readonly Thing[], isIt: (thing: Thing) => boolean, what: string): Thing {
  const found = things.find(isIt);
  if (found === undefined) throw new Error(`There is no ${what}`);
  return found;
}
