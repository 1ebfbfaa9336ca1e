/** The parts of Kubernetes' objects that the specs read. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  // oxlint-disable-next-line typescript/no-explicit-any -- Each kind has its own; the real schemas are checked by kubeconform.
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly env?: readonly EnvironmentVariable[];
  readonly resources?: { readonly limits?: Resources; readonly requests?: Resources };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly [field: string]: unknown;
}

type Resources = Readonly<Record<string, string | number>>;

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Readonly<Record<string, unknown>>;
}

/** A pod wherever it is: by itself, or as a template. */
export interface Pod {
  /** `Deployment r-flyball-worker` */
  readonly of: string;
  readonly metadata: Pick<Metadata, 'labels' | 'annotations'>;
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly securityContext?: Readonly<Record<string, unknown>>;
    readonly terminationGracePeriodSeconds?: number;
    readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  };
}

export function podsOf(objects: readonly KubernetesObject[]): readonly Pod[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const of = `${kind} ${metadata.name}`;
    if (kind === 'Pod') return [{ of, metadata, spec }];
    return spec?.template?.spec === undefined
      ? []
      : [{ of, metadata: spec.template.metadata, spec: spec.template.spec }];
  });
}

export function containersOf({ spec }: Pod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** @throws {Error} where there is none */
export function find(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.find((each) => each.kind === kind && (name === undefined || each.metadata.name === name));
  if (found === undefined) throw new Error(`There is no ${kind} ${name ?? ''}`);
  return found;
}
