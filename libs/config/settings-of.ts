import type { Settings } from './settings.ts';
import type { StrategyParameters } from './strategy-parameters.ts';
import type { CompleteValues } from './values.ts';

/** Variables, all of them right, as the settings the rest of the code reads. */
export function settingsOf(
  values: CompleteValues,
  maxIsExplicit: boolean,
  parameters: Readonly<Record<string, StrategyParameters>>,
): Settings {
  return {
    concurrency: {
      strategy: values.CONCURRENCY_STRATEGY.join('+'),
      strategies: values.CONCURRENCY_STRATEGY,
      shadows: values.CONCURRENCY_SHADOW ?? [],
      min: values.CONCURRENCY_MIN,
      max: values.CONCURRENCY_MAX,
      maxIsExplicit,
      initial: values.CONCURRENCY_INITIAL ?? values.CONCURRENCY_MIN,
      period: values.CONCURRENCY_PERIOD,
      dryRun: values.CONCURRENCY_DRY_RUN,
      guard: {
        margin: values.CONCURRENCY_GUARD_MARGIN,
        z: values.CONCURRENCY_GUARD_Z,
        outOfMemory: values.CONCURRENCY_GUARD_OOM,
      },
      parameters,
    },
    ...(values.LATENCY_TARGET !== undefined && { latencyTarget: values.LATENCY_TARGET }),
    ...(values.HANDLER !== undefined && { handler: values.HANDLER }),
    handlerIsolation: values.HANDLER_ISOLATION,
    queue: {
      url: values.QUEUE_URL,
      ...(values.QUEUE_USERNAME !== undefined && { username: values.QUEUE_USERNAME }),
      ...(values.QUEUE_PASSWORD !== undefined && { password: values.QUEUE_PASSWORD }),
      outbox: values.QUEUE_OUTBOX,
      attempts: values.QUEUE_ATTEMPTS,
      limit: values.QUEUE_LIMIT,
    },
    endpointId: values.ENDPOINT_ID,
    telemetry: {
      gpu: values.TELEMETRY_GPU,
      shared: values.TELEMETRY_GPU_SHARED,
      lost: values.TELEMETRY_GPU_LOST,
      interval: values.TELEMETRY_INTERVAL,
    },
    http: {
      bindAddress: values.BIND_ADDRESS,
      port: values.PORT,
      apiKeys: values.API_KEYS ?? [],
      adminKeys: values.ADMIN_KEYS ?? [],
      webhookPrivate: values.WEBHOOK_PRIVATE,
      rateLimits: values.RATE_LIMITS,
      takeHold: values.TAKE_HOLD,
    },
    ...(values.DECISION_LOG !== undefined && { decisionLog: values.DECISION_LOG }),
    logLevel: values.LOG_LEVEL,
    drainTimeout: values.DRAIN_TIMEOUT,
  };
}
