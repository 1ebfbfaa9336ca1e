import { logEvents, type Emit } from '#libs/observability';
import type { RunpodNotice } from '#libs/queue';

/** What a queue across a network says, at the level that belongs to it. */
export function noticeOf(event: RunpodNotice, fields: Readonly<Record<string, unknown>>): Parameters<Emit>[0] {
  return { type: 'notice', event, level: logEvents[event], fields } as Parameters<Emit>[0];
}
