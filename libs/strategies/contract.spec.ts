import { describeStrategy } from '#libs/testing';
import { builtInStrategies, pid, threshold } from '#libs/strategies';

for (const strategy of builtInStrategies) describeStrategy(strategy);

for (const signal of ['deadline-misses', 'gpu-utilization', 'gpu-memory', 'queue-depth']) {
  describeStrategy(threshold, { parameters: { signal } });
}
for (const signal of ['slack', 'gpu-utilization', 'gpu-memory', 'queue-wait']) {
  describeStrategy(pid, { parameters: { signal } });
}
