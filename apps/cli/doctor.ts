import { existsSync } from 'node:fs';
import { describeSettings, loadSettings, misspeltVariables, SettingsError, type Settings } from '#libs/config';
import { FlyballError, withoutSecrets, type SourceKind } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { peekSqliteQueue, type JobCounters } from '#libs/queue';
import { builtInStrategies } from '#libs/strategies';
import { openQueue } from '../standalone/open-queue.ts';
import { version } from '../standalone/version.ts';
import { chooseStrategy } from '../worker/choose-strategy.ts';
import { wrapped } from './demo/wrapped.ts';
import type { Finding } from './doctor/finding.ts';
import { telemetryFindings } from './doctor/telemetry-findings.ts';

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
    console.log(`${mark.padEnd(6)} ${what.padEnd(12)} ${inColumn(found)}`);
    if (mark === 'FAILED') failed += 1;
  };
  for (const check of checks) for (const each of await check(settings)) tell(each);
  const telemetry = { settings, environment: process.env, onWait: tellWait };
  for await (const each of telemetryFindings(telemetry)) tell(each);
  return failed === 0 ? 0 : 1;
}

async function strategyCheck(settings: Settings): Promise<readonly Finding[]> {
  return finding('strategy', async () => {
    const { strategy, config } = await chooseStrategy(settings, builtInStrategies, process.env);
    return `${strategy.name}: ${strategy.summary} Parameters ${JSON.stringify(config)}`;
  });
}

async function handlerCheck(settings: Settings): Promise<readonly Finding[]> {
  const { handler: source, handlerIsolation: isolation, endpointId } = settings;
  if (source === undefined) {
    return [{ mark: '-', what: 'handler', found: 'none named; give one: flyball doctor ./handler.mjs' }];
  }
  return finding('handler', async () => {
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
  const { url } = settings.queue;
  return finding('queue', async () => {
    if (url.startsWith('sqlite:')) return sqliteFound(url.slice('sqlite:'.length));
    if (url === 'runpod:') return "RunPod's own, named by its variables; it is first asked at a start";
    const queue = await openQueue(settings, { worker: 'doctor', emit: () => undefined, watches: false });
    try {
      return `${withoutSecrets(url)}: ${counted(await queue.counters())}`;
    } finally {
      await queue.close();
    }
  });
}

function sqliteFound(path: string): string {
  return existsSync(path)
    ? `${path}: ${counted(peekSqliteQueue(path))}`
    : `${path} does not exist yet; the first start makes it`;
}

function counted(jobs: Pick<JobCounters, 'waiting' | 'lowPriority' | 'leased' | 'failed'>): string {
  const { waiting, lowPriority, leased, failed } = jobs;
  return `${waiting} waiting, ${lowPriority} of low priority, ${leased} leased, ${failed} failed so far`;
}

/** Also where nobody types: a log that stands still for 15 s is a riddle. */
function tellWait(source: SourceKind): void {
  process.stderr.write(
    `       ${source.padEnd(12)} is still being read; what does not answer is given up after 15 s\n`,
  );
}

/** Lines of a width that can be read, each one's own indentation kept. */
function inColumn(text: string): string {
  const lines = text.split('\n').flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? '';
    return wrapped(line.trim(), columns - indent.length).map((each) => indent + each);
  });
  return lines.join(`\n${' '.repeat(20)}`);
}

const columns = 90;

async function finding(what: string, look: () => Promise<string>): Promise<readonly Finding[]> {
  try {
    return [{ mark: 'ok', what, found: await look() }];
  } catch (error) {
    return [{ mark: 'FAILED', what, found: error instanceof FlyballError ? error.message : String(error) }];
  }
}
