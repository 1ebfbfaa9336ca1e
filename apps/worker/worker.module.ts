import { Module, type DynamicModule } from '@nestjs/common';
import type { HealthFacts, Metrics } from '#libs/observability';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { HEALTH_FACTS, METRICS } from './tokens.ts';

export interface WorkerModuleOptions {
  readonly metrics: Metrics;
  readonly healthFacts: () => HealthFacts;
}

/** The worker's HTTP side: `/healthz`, `/readyz`, `/metrics`. */
@Module({})
export class WorkerModule {
  static register({ metrics, healthFacts }: WorkerModuleOptions): DynamicModule {
    return {
      module: WorkerModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: METRICS, useValue: metrics },
        { provide: HEALTH_FACTS, useValue: healthFacts },
      ],
    };
  }
}
