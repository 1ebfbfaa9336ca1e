import { authorOf, BadArgument, ControllerClient, optionsOf, standing, workerOptions } from './controller-client.ts';

const form = 'flyball freeze --reason "…" [--for 10m] [--url URL] [--key KEY]';
const options = { ...workerOptions, for: { type: 'string' }, reason: { type: 'string' } } as const;

/** `flyball freeze --reason "…" [--for 10m]`: keeps the limit of a running worker as it is, without `--for` until resumed. */
export async function freeze(args: readonly string[]): Promise<number> {
  const { values, positionals } = optionsOf(args, { options, form });
  const [stranger] = positionals;
  if (stranger !== undefined) throw new BadArgument(`A freeze takes no "${stranger}". Write ${form}.`);
  const { for: ttl, reason } = values;
  if (reason === undefined) throw new BadArgument(`Say why with --reason, for whoever reads the record: ${form}.`);
  const client = new ControllerClient(values, process.env);
  const body = { reason, ...(ttl !== undefined && { ttl }), ...authorOf(client, process.env) };
  console.log(standing(await client.put('freeze', body)));
  return 0;
}
