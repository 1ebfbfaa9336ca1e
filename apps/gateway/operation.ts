/** The route's name, from the closed set of routes: `/v2/:endpoint/status/:id` is `status`. */
export function operationOf(route: string | undefined): string {
  const [first] = (route ?? '').replace('/v2/:endpoint', '').split('/').filter(Boolean);
  return first === undefined || /[*:]/.test(first) ? 'other' : first;
}
