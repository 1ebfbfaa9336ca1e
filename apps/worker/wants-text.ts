/** Whether an `Accept` header asks for `text/plain` rather than for JSON; of equals the one named first. */
export function wantsText(accept: string): boolean {
  const ranges = accept.split(',').map(rangeOf);
  const text = ranges.find(({ type }) => type === 'text/plain');
  if (text === undefined || text.q === 0) return false;
  const json = ranges.find(({ type }) => type === 'application/json');
  if (json === undefined || json.q < text.q) return true;
  return json.q === text.q && ranges.indexOf(text) < ranges.indexOf(json);
}

function rangeOf(range: string): { readonly type: string; readonly q: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { type, q: quality === undefined ? 1 : Number(quality) || 0 };
}
