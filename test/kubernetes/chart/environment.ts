import { podsOf, type Container, type KubernetesObject } from './objects.ts';

/** What the Secrets hold that a cluster would have. */
const secrets: Readonly<Record<string, string>> = {
  QUEUE_PASSWORD: 'p@ss:w/rd',
  API_KEYS: 'app:client-key',
  ADMIN_KEYS: 'ops:operator-key',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer token',
};

/** The container that a Deployment is about: `worker`, `gateway`. @throws {Error} where there is none */
export function containerOf(objects: readonly KubernetesObject[], name: string): Container {
  const found = podsOf(objects).flatMap(({ of, spec }) =>
    of.startsWith('Deployment ') ? spec.containers.filter((container) => container.name === name) : [],
  );
  if (found[0] === undefined) throw new Error(`There is no container ${name}`);
  return found[0];
}

/** As the kubelet makes it. @throws {Error} for what is named twice, or comes from somewhere that this test does not know */
export function environmentOf({ env = [] }: Container): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const { name, value, valueFrom } of env) {
    if (name in environment) throw new Error(`${name} is there twice`);
    environment[name] = value === undefined ? fromCluster(name, valueFrom) : expanded(value, environment);
  }
  return environment;
}

function fromCluster(name: string, from: Readonly<Record<string, unknown>> = {}): string {
  if ('fieldRef' in from) return 'r-flyball-6d9-a';
  const secret = 'secretKeyRef' in from ? secrets[name] : undefined;
  if (secret === undefined) throw new Error(`This test does not know what ${name} is from ${JSON.stringify(from)}`);
  return secret;
}

/** `$(NAME)` of what stands before it; anything else stays as it is. */
function expanded(value: string, before: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\(([A-Z_]+)\)/g, (written, name: string) => before[name] ?? written);
}
