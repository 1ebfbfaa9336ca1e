import { openSource } from './open-source.ts';
import { runProbe } from './run-probe.ts';

/** Entry of the probe process. */
runProbe(openSource);
