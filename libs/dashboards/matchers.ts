type Labels = Readonly<Record<string, string>>;

/** `name{a="x",b="y"}` of matchers as PromQL has them; the name alone where there are none. */
export function matching(name: string, ...matchers: readonly string[]): string {
  const some = matchers.filter((matcher) => matcher !== '');
  return some.length === 0 ? name : `${name}{${some.join(',')}}`;
}

/** `a="x",b="y"` */
export function matchersOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',');
}
