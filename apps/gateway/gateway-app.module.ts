import { Module, type DynamicModule } from '@nestjs/common';
import type { Metrics } from '#libs/observability';
import type { Queue } from '#libs/queue';
import { MetricsController } from '../worker/metrics.controller.ts';
import { METRICS } from '../worker/tokens.ts';
import { GatewayModule, type GatewayOptions } from './gateway.module.ts';
import { ReadinessController } from './readiness.controller.ts';
import { QUEUE } from './tokens.ts';

/** A gateway alone: the endpoint, `/healthz`, `/readyz` and `/metrics`. */
@Module({})
export class GatewayAppModule {
  static register(options: {
    readonly gateway: GatewayOptions;
    readonly metrics: Metrics;
    readonly queue: Queue;
  }): DynamicModule {
    return {
      module: GatewayAppModule,
      imports: [GatewayModule.register(options.gateway)],
      controllers: [ReadinessController, MetricsController],
      providers: [
        { provide: METRICS, useValue: options.metrics },
        { provide: QUEUE, useValue: options.queue },
      ],
    };
  }
}
