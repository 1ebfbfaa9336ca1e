import { Module, type DynamicModule } from '@nestjs/common';
import type { HealthFacts, Metrics } from '#libs/observability';
import { ControllerController } from './controller.controller.ts';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import type { Operators } from './operators.ts';
import type { Steering } from './steering.ts';
import { HEALTH_FACTS, METRICS, OPERATORS, STEERING } from './tokens.ts';

export interface WorkerModuleOptions {
  readonly metrics: Metrics;
  readonly healthFacts: () => HealthFacts;
  readonly steering: Steering;
  readonly operators: Operators;
}

/** The worker's HTTP side: `/healthz`, `/readyz`, `/metrics`, `/controller`. */
@Module({})
export class WorkerModule {
  static register({ metrics, healthFacts, steering, operators }: WorkerModuleOptions): DynamicModule {
    return {
      module: WorkerModule,
      controllers: [HealthController, MetricsController, ControllerController],
      providers: [
        { provide: METRICS, useValue: metrics },
        { provide: HEALTH_FACTS, useValue: healthFacts },
        { provide: STEERING, useValue: steering },
        { provide: OPERATORS, useValue: operators },
      ],
    };
  }
}
