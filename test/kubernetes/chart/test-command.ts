import { find, type KubernetesObject } from './objects.ts';

export interface TestCommand {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

/** What a pod of `helm test` runs: `gateway-health`, `round-trip`. @throws {Error} where there is none */
export function testCommand(objects: readonly KubernetesObject[], name: string): TestCommand {
  return find(objects, 'Pod', `r-flyball-${name}`).spec.containers[0] as TestCommand;
}
