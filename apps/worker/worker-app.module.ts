import { Module, type DynamicModule } from '@nestjs/common';
import { CONCURRENCY } from '../gateway/tokens.ts';
import { ConcurrencyController } from '../gateway/workers/concurrency.controller.ts';
import { WorkerModule, type WorkerModuleOptions } from './worker.module.ts';

/** A worker alone: `/healthz`, `/readyz`, `/metrics`, `/controller`, `/concurrency`. */
@Module({})
export class WorkerAppModule {
  static register(worker: WorkerModuleOptions, concurrency: () => number | undefined): DynamicModule {
    return {
      module: WorkerAppModule,
      imports: [WorkerModule.register(worker)],
      controllers: [ConcurrencyController],
      providers: [{ provide: CONCURRENCY, useValue: concurrency }],
    };
  }
}
