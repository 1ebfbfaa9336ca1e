export interface Complaint {
  /** `worker.gpu`; empty: all values. */
  readonly path: string;
  readonly says: string;
}

/** What the schema has against values, in the words of Helm 3.10 (`- worker.gpu: …`) or of later ones (`- at '/worker/gpu': …`). */
export function complaintsIn(refusal: string): readonly Complaint[] {
  return refusal.split('\n').flatMap((line) => {
    const [, at, dotted, says = ''] = /^ *- (?:at '\/?([^']*)'|([^\s:]+)): (.+)$/.exec(line) ?? [];
    const path = at?.replaceAll('/', '.') ?? dotted?.replace('(root)', '');
    return path === undefined ? [] : [{ path, says }];
  });
}

/** Keys that are refused by name, as paths. */
export function unknownKeysIn(refusal: string): readonly string[] {
  return complaintsIn(refusal).flatMap(({ path, says }) => {
    const [, names = ''] = /^additional propert(?:y|ies) (.+?)(?: is)? not allowed$/i.exec(says) ?? [];
    const keys = [...names.matchAll(/[\w.-]+/g)].map(([key]) => key);
    return keys.map((key) => (path === '' ? key : `${path}.${key}`));
  });
}
