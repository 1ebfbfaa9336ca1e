import type { Alert } from './alert-definition.ts';
import { controllerAlerts } from './alerts-controller.ts';
import { objectiveAlerts } from './alerts-objectives.ts';
import { processAlerts } from './alerts-process.ts';
import { queueAlerts } from './alerts-queue.ts';
import { telemetryAlerts } from './alerts-telemetry.ts';

/** Every alert: those that page somebody, and few besides. */
export function alerts(): readonly Alert[] {
  return [...objectiveAlerts(), ...processAlerts(), ...controllerAlerts(), ...telemetryAlerts(), ...queueAlerts()];
}
