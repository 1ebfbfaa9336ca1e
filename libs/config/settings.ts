import type { GuardConfig } from '#libs/core';

/** The environment, read once. Durations in ms; absent = not set. Defaults are written in the schema, nowhere else. */
export interface Settings {
  readonly concurrency: {
    /** {@link strategies} in one word: `goodput`, `goodput+threshold`. */
    readonly strategy: string;
    /** Names of strategies, or paths of modules that export one; of several the least limit holds. */
    readonly strategies: readonly string[];
    /** They compute and are recorded, and do not act. */
    readonly shadows: readonly string[];
    readonly min: number;
    readonly max: number;
    /** CONCURRENCY_MAX was given: sync Python handlers then overlap (Y4). */
    readonly maxIsExplicit: boolean;
    readonly initial: number;
    readonly period: number;
    readonly dryRun: boolean;
    readonly guard: GuardConfig;
    /**
     * `CONCURRENCY_<STRATEGY>_<PARAMETER>` as scalars, by strategy (`aimd`) and camelCase parameter (`kUp`); the strategy's
     * own schema has accepted those of known strategies.
     */
    readonly parameters: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  };
  readonly latencyTarget?: number;
  readonly handler?: string;
  readonly handlerIsolation: 'none' | 'process';
  readonly queue: {
    /** `sqlite:PATH`, `redis://…`, `rediss://…` or `runpod:` */
    readonly url: string;
    readonly username?: string;
    readonly password?: string;
    /** Folder. */
    readonly outbox: string;
    readonly attempts: number;
    readonly limit: number;
  };
  readonly endpointId: string;
  readonly telemetry: {
    /** In order of preference: `auto`, `nvml`, `nvidia-smi`, `dcgm:URL`, `model-server:URL`, `sim:SCENARIO`; or `none`. */
    readonly gpu: readonly string[];
    /** Others use the device too. */
    readonly shared: boolean;
    readonly lost: 'hold' | 'exit';
    readonly interval: number;
  };
  readonly http: {
    readonly bindAddress: string;
    readonly port: number;
    /** `label` is what logs and records show. */
    readonly apiKeys: readonly { readonly label: string; readonly key: string }[];
    readonly adminKeys: readonly { readonly label: string; readonly key: string }[];
    readonly webhookPrivate: boolean;
    readonly rateLimits: boolean;
    readonly takeHold: number;
  };
  readonly decisionLog?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly drainTimeout: number;
}
