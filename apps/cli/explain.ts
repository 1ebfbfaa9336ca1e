import { explain as explainRecord, explanationText, type Explanation } from '#libs/observability';
import { BadArgument, ControllerClient, optionsOf, workerOptions } from './controller-client.ts';
import { ago } from './explain/ago.ts';
import { askedTime } from './explain/asked-time.ts';
import { findInLog } from './explain/find-in-log.ts';
import { gapNote } from './explain/gap-note.ts';

const form = 'flyball explain [--at TIME] [--url URL] [--key KEY] [--log FILE] [--json]';
const options = {
  ...workerOptions,
  at: { type: 'string' },
  log: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `flyball explain`: why the limit is what it is, asked of a running worker; `--log FILE`: of a decision log. */
export async function explain(args: readonly string[]): Promise<number> {
  const { values, positionals } = optionsOf(args, { options, form });
  const [stranger] = positionals;
  if (stranger !== undefined) throw new BadArgument(`explain takes no "${stranger}". Write ${form}.`);
  const { log, url, at, json } = values;
  if (log !== undefined && url !== undefined) throw new BadArgument('--log and --url: give one of them.');
  const now = Date.now();
  const moment = at === undefined ? undefined : askedTime(at, now);
  const explanation: Explanation =
    log === undefined
      ? await new ControllerClient(values, process.env).explain(moment)
      : explainRecord(await findInLog(log, moment));
  // Not on stdout: that is the same text everywhere and at any time.
  if (moment !== undefined || log !== undefined) console.error(`Decided ${ago(explanation.at, now)}.`);
  const note = moment === undefined ? undefined : gapNote(explanation.at, moment);
  if (note !== undefined) console.error(note);
  console.log(json === true ? JSON.stringify(explanation, undefined, 2) : explanationText(explanation));
  return 0;
}
