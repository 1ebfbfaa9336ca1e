import { existsSync } from 'node:fs';
import { describeSettings, loadSettings, misspeltVariables, SettingsError, type Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { peekSqliteQueue } from '#libs/queue';
import { builtInStrategies } from '#libs/strategies';
import { version } from '../standalone/version.ts';
import { telemetryFindings } from './doctor-telemetry.ts';
import { chooseStrategy } from '../worker/choose-strategy.ts';

/** What one check found; `FAILED` would keep a worker from starting, `-` is not there and not needed. */
export interface Finding {
  readonly mark: 'ok' | '-' | 'FAILED';
  readonly what: string;
  readonly found: string;
}

/** `flyball doctor [HANDLER]`: tries everything a start would need, changes nothing. Status 2 for wrong settings, 1 for what failed. */
export async function doctor(args: readonly string[]): Promise<number> {
  const overrides = args[0] === undefined ? {} : { HANDLER: args[0] };
  console.log(`flyball ${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}\n`);
  for (const line of describeSettings(process.env, { strategies: builtInStrategies, overrides })) {
    console.log(`  ${line.variable.padEnd(32)} ${(line.value ?? '').padEnd(28)} ${line.from}`);
  }
  for (const { variable, nearest } of misspeltVariables(process.env)) {
    console.log(`  ${variable.padEnd(32)} is not a setting; did you mean ${nearest}?`);
  }
  console.log();
  let settings: Settings;
  try {
    settings = loadSettings(process.env, { strategies: builtInStrategies, overrides });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.log(error.message);
    return 2;
  }
  const checks = [strategyCheck, handlerCheck, queueCheck];
  let failed = 0;
  const tell = ({ mark, what, found }: Finding): void => {
    console.log(`${mark.padEnd(6)} ${what.padEnd(12)} ${found.replaceAll('\n', `\n${' '.repeat(20)}`)}`);
    if (mark === 'FAILED') failed += 1;
  };
  for (const check of checks) for (const each of await check(settings)) tell(each);
  for await (const each of telemetryFindings(settings, tellProgress)) tell(each);
  return failed === 0 ? 0 : 1;
}

async function strategyCheck(settings: Settings): Promise<readonly Finding[]> {
  return finding('strategy', async () => {
    const { strategy, config } = await chooseStrategy(settings, builtInStrategies, process.env);
    return `${strategy.name}: ${strategy.summary}; parameters ${JSON.stringify(config)}`;
  });
}

async function handlerCheck(settings: Settings): Promise<readonly Finding[]> {
  return finding('handler', async () => {
    const { handler: source, handlerIsolation: isolation, endpointId } = settings;
    if (source === undefined) return 'none named; give one: flyball doctor ./handler.mjs';
    const handler = createHandler(source, { workerId: 'doctor', endpointId, isolation }, () => undefined);
    try {
      const facts = await handler.start(AbortSignal.timeout(60_000));
      const modifier = facts.hasModifier ? ', has a concurrency modifier' : '';
      return `${source} starts (${handler.kind}${facts.sync ? ', not async: one job at a time' : ''}${modifier})`;
    } finally {
      await handler.close(2000);
    }
  });
}

async function queueCheck(settings: Settings): Promise<readonly Finding[]> {
  return finding('queue', async () => {
    const path = settings.queue.url.replace(/^sqlite:/, '');
    if (!existsSync(path)) return `${path} does not exist yet; the first start makes it`;
    const { waiting, lowPriority, leased, failed } = peekSqliteQueue(path);
    return `${path}: ${waiting} waiting, ${lowPriority} of low priority, ${leased} leased, ${failed} failed so far`;
  });
}

/** On a terminal, so that a wait of some seconds is no riddle. */
function tellProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`       … ${text}\n`);
}

async function finding(what: string, look: () => Promise<string>): Promise<readonly Finding[]> {
  try {
    return [{ mark: 'ok', what, found: await look() }];
  } catch (error) {
    return [{ mark: 'FAILED', what, found: error instanceof FlyballError ? error.message : String(error) }];
  }
}
