import { BadArgument, ControllerClient, optionsOf, standing, workerOptions } from './controller-client.ts';

const form = 'flyball resume [--url URL] [--key KEY]';

/** `flyball resume`: ends an override or a freeze of a running worker. */
export async function resume(args: readonly string[]): Promise<number> {
  const { values, positionals } = optionsOf(args, { options: workerOptions, form });
  const [stranger] = positionals;
  if (stranger !== undefined) throw new BadArgument(`Nothing comes after resume, so not "${stranger}". Write ${form}.`);
  const client = new ControllerClient(values, process.env);
  const { mode } = await client.state();
  const route = mode === 'frozen' ? 'freeze' : 'override';
  console.log(standing(await client.end(route)));
  return 0;
}
