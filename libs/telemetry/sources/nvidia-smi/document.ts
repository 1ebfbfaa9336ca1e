import xml2js from 'xml2js';
import { notUnderstood } from './quantity.ts';

/** What `nvidia-smi -q -x` says, above the devices. */
export interface SmiLog {
  readonly driver?: string;
  /** One `gpu` element each, in nvidia-smi's order. Count them: `attached_gpus` may say another number. */
  readonly gpus: readonly unknown[];
}

/** The shape in which `node-nvidia-smi` hands over a document: these are its options. */
export async function parseXml(text: string): Promise<unknown> {
  if (text.trim() === '') throw notUnderstood('it answered with nothing');
  try {
    return await new xml2js.Parser({ explicitArray: false, trim: true }).parseStringPromise(text);
  } catch (error) {
    const [problem] = String(error instanceof Error ? error.message : error).split('\n');
    const [words = ''] = text.trim().split('\n');
    throw notUnderstood(`its answer is not complete XML (${problem}): "${words.slice(0, 200)}"`, error);
  }
}

export function smiLog(document: unknown): SmiLog {
  const root = childOf(document, 'nvidia_smi_log');
  if (root === undefined) throw notUnderstood('its answer is XML, but not an nvidia_smi_log');
  const driver = textAt(root, 'driver_version');
  return { ...(driver !== undefined && { driver }), gpus: elementsAt(root, 'gpu') };
}

/**
 * The text of an element such as `utilization/gpu_util`; undefined without that element. A text in place of a group of
 * elements (`<utilization>N/A</utilization>`) stands for each of them.
 */
export function textAt(node: unknown, path: string): string | undefined {
  let at = node;
  for (const name of path.split('/')) {
    const text = textOf(at);
    if (text !== undefined) return text;
    at = childOf(at, name);
  }
  return textOf(at);
}

/** The elements of one name: one is an object, several are an array, none is a text such as `None`. */
export function elementsAt(node: unknown, path: string): readonly unknown[] {
  const at = path.split('/').reduce(childOf, node);
  if (at === undefined) return [];
  return Array.isArray(at) ? at : [at];
}

function childOf(node: unknown, name: string): unknown {
  return isElement(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

function textOf(node: unknown): string | undefined {
  if (typeof node === 'string') return node;
  // An element with attributes keeps its text in `_`.
  const text = childOf(node, '_');
  return typeof text === 'string' ? text : undefined;
}

function isElement(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
