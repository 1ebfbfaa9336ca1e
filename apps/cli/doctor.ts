import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeSettings, loadSettings, misspeltVariables, SettingsError, type Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { peekSqliteQueue } from '#libs/queue';
import { systemClock } from '#libs/runtime';
import { builtInStrategies } from '#libs/strategies';
import { createTelemetry } from '#libs/telemetry';
import { version } from '../standalone/version.ts';
import { chooseStrategy } from '../worker/choose-strategy.ts';

/** What one check found: a line, and whether it would keep a worker from starting. */
interface Finding {
  readonly ok: boolean;
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
  const checks = [strategyCheck, handlerCheck, queueCheck, telemetryCheck];
  let failed = 0;
  for (const check of checks) {
    for (const { ok, what, found } of await check(settings)) {
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${what.padEnd(12)} ${found}`);
      if (!ok) failed += 1;
    }
  }
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

async function telemetryCheck(settings: Settings): Promise<readonly Finding[]> {
  return finding('telemetry', async () => {
    const clock = systemClock();
    const telemetry = createTelemetry({ ...settings.telemetry, interval: 100 }, { clock });
    try {
      await sleep(400); // shares of CPU time need two samples
      const { readings, missing } = telemetry.observe(clock.now());
      const seen = readings.map(({ name, value, unit }) => `${name} ${value} ${unit}`);
      const unseen = missing.map(({ name, why }) => `${name} missing: ${why}`);
      const gpu = readings.some(({ name }) => name.startsWith('gpu.'))
        ? []
        : ['no GPU source in this version but sim:'];
      return [...seen, ...unseen, ...gpu].join('\n                    ');
    } finally {
      await telemetry.close();
    }
  });
}

async function finding(what: string, look: () => Promise<string>): Promise<readonly Finding[]> {
  try {
    return [{ ok: true, what, found: await look() }];
  } catch (error) {
    return [{ ok: false, what, found: error instanceof FlyballError ? error.message : String(error) }];
  }
}
