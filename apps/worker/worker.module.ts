import { Module, type DynamicModule } from '@nestjs/common';
import type { HealthFacts, Metrics } from '#libs/observability';
import { ControllerController } from './controller.controller.ts';
import type { Decisions } from './decisions.ts';
import { DecisionsController } from './decisions.controller.ts';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import type { Operators } from './operators.ts';
import type { Steering } from './steering.ts';
import { DECISIONS, HEALTH_FACTS, METRICS, OPERATORS, STEERING } from './tokens.ts';

export interface WorkerModuleOptions {
  readonly metrics: Metrics;
  readonly healthFacts: () => HealthFacts;
  readonly steering: Steering;
  readonly operators: Operators;
  readonly decisions: Decisions;
}

/** The worker's HTTP side: `/healthz`, `/readyz`, `/metrics`, `/controller`. */
@Module({})
export class WorkerModule {
  static register({ metrics, healthFacts, steering, operators, decisions }: WorkerModuleOptions): DynamicModule {
    return {
      module: WorkerModule,
      controllers: [HealthController, MetricsController, ControllerController, DecisionsController],
      providers: [
        { provide: METRICS, useValue: metrics },
        { provide: HEALTH_FACTS, useValue: healthFacts },
        { provide: STEERING, useValue: steering },
        { provide: OPERATORS, useValue: operators },
        { provide: DECISIONS, useValue: decisions },
      ],
    };
  }
}
