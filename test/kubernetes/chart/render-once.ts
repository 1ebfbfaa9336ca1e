import { render } from './helm.ts';
import type { KubernetesObject } from './objects.ts';

/** What each of the cases renders to; Helm is asked once for each. */
export function renderOnce(): (ci: string) => readonly KubernetesObject[] {
  const rendered = new Map<string, readonly KubernetesObject[]>();
  return (ci) => {
    const objects = rendered.get(ci) ?? render({ ci });
    rendered.set(ci, objects);
    return objects;
  };
}
