import { authorOf, BadArgument, ControllerClient, optionsOf, standing, workerOptions } from './controller-client.ts';

const form = 'flyball override LIMIT --for 10m --reason "…" [--url URL] [--key KEY]';
const options = { ...workerOptions, for: { type: 'string' }, reason: { type: 'string' } } as const;

/** `flyball override LIMIT --for 10m --reason "…"`: sets the limit of a running worker for a while; 0 takes no jobs. */
export async function override(args: readonly string[]): Promise<number> {
  const { values, positionals } = optionsOf(args, { options, form });
  const [limit, ...rest] = positionals;
  if (limit === undefined || rest.length > 0) throw new BadArgument(`There must be one limit. Write ${form}.`);
  if (!/^\d+$/.test(limit)) throw new BadArgument(`"${limit}" is no limit. Give a whole number: ${form}.`);
  const { for: ttl, reason } = values;
  if (ttl === undefined) throw new BadArgument(`Say for how long with --for: ${form}.`);
  if (reason === undefined) throw new BadArgument(`Say why with --reason, for whoever reads the record: ${form}.`);
  const client = new ControllerClient(values, process.env);
  const body = { limit: Number(limit), ttl, reason, ...authorOf(client, process.env) };
  console.log(standing(await client.put('override', body)));
  return 0;
}
