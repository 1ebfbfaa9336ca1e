/** By path below an element, `utilization.gpu_util` or `mig_devices.mig_device[1].fb_memory_usage.used`: its text, or undefined to remove it. */
export type ElementTexts = Readonly<Record<string, string | undefined>>;

/** Where an element lies in a document: with its tags, and what is between them. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly innerFrom: number;
  readonly innerTo: number;
}

export function withTexts(xml: string, below: string, texts: ElementTexts): string {
  return Object.entries(texts).reduce((document, [path, text]) => {
    const { from, to, innerFrom, innerTo } = spanOf(document, `${below}.${path}`);
    return text === undefined
      ? document.slice(0, from) + document.slice(to)
      : document.slice(0, innerFrom) + text + document.slice(innerTo);
  }, xml);
}

export function spanOf(xml: string, path: string): Span {
  const whole: Span = { from: 0, to: xml.length, innerFrom: 0, innerTo: xml.length };
  return path.split('.').reduce((within, part) => {
    const [, name = part, position = '0'] = /^(.*?)(?:\[(\d+)\])?$/.exec(part) ?? [];
    const span = childrenOf(xml, within, name)[Number(position)];
    // Quietly changing nothing would make the test pass that should fail.
    if (span === undefined) throw new Error(`The document has no element ${path} (${part} is not there).`);
    return span;
  }, whole);
}

/** The elements of that name directly below another. */
export function childrenOf(xml: string, within: Span, name: string): readonly Span[] {
  const tag = /<(\/?)([A-Za-z_][\w.-]*)[^>]*?(\/?)>/g;
  tag.lastIndex = within.innerFrom;
  const found: Span[] = [];
  let depth = 0;
  let opened = { from: 0, innerFrom: 0 };
  for (let match = tag.exec(xml); match !== null && match.index < within.innerTo; match = tag.exec(xml)) {
    const [, closes, tagName, closed] = match;
    if (closes === '/') {
      depth -= 1;
      if (depth === 0 && tagName === name) found.push({ ...opened, innerTo: match.index, to: tag.lastIndex });
    } else if (closed !== '/') {
      if (depth === 0) opened = { from: match.index, innerFrom: tag.lastIndex };
      depth += 1;
    }
  }
  return found;
}
