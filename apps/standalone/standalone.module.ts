import { Module, type DynamicModule } from '@nestjs/common';
import { GatewayModule, type GatewayOptions } from '../gateway/index.ts';
import { WorkerModule, type WorkerModuleOptions } from '../worker/worker.module.ts';

/** Gateway and worker in one process. */
@Module({})
export class StandaloneModule {
  static register(options: { readonly gateway: GatewayOptions; readonly worker: WorkerModuleOptions }): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [GatewayModule.register(options.gateway), WorkerModule.register(options.worker)],
    };
  }
}
