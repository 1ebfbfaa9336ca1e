/** Shares of jobs that shall go well, over 30 days; what alerts fire on and what panels draw as thresholds. */
export const objectives = {
  /** Jobs that end succeeded, of those not cancelled. */
  jobs: 0.99,
  /** Attempts that keep their deadline, of those that have one. */
  deadlines: 0.95,
} as const;

/** Multiples of the error budget's even pace (SRE workbook, chapter 5): 2 % of 30 days in 1 h, 5 % in 6 h, 10 % in 3 d. */
export const burnRates = { fast: 14.4, slow: 6, leak: 1 } as const;

/** Below so many jobs an hour, or attempts with a deadline, a burn rate says nothing. */
export const fewestJobsAnHour = 20;

/** Marks beyond which an alert fires, where there is one, and a panel turns red. Seconds, shares 0..1, counts in the alert's own window. */
export const marks = {
  controllerSilentSeconds: 30,
  /** For so long a model may load before anybody is woken. */
  handlerLoadSeconds: 900,
  restartsIn30Minutes: 2,
  periodsLateShare: 0.1,
  reversalsIn10Minutes: 12,
  pinnedOldestSeconds: 60,
  blindShare: 0.5,
  strategyErrorsIn10Minutes: 3,
  telemetryAgeSeconds: 20,
  probeRestartsIn15Minutes: 5,
  outOfMemoryIn10Minutes: 2,
  /** Of the jobs that the gate let in: one in four had to wait for memory. */
  guardDeferredShare: 0.25,
  queueOldestSeconds: 300,
  queueErrorShare: 0.5,
  leasesLostIn10Minutes: 5,
  outboxOldestSeconds: 300,
  webhooksFailedShare: 0.1,
  gpuThrottledShare: 0.5,
  /** Workers as a multiple of those half an hour ago, from which on more jobs should end, and how many more. */
  scaleOutGrowth: 1.5,
  throughputGrowth: 1.1,
  /** As long as a worker remembers an XID error of a device that is gone. */
  xidSeconds: 600,
  eventLoopDelaySeconds: 0.25,
  seriesPerTarget: 4000,
} as const;

/** XID errors that need a person; 94 is contained by the driver. */
export const pagedXids = ['48', '62', '64', '74', '79', '95', '119', '120'] as const;

/** What the autoscaling rules assume; the chart has a value for each. */
export const autoscaling = {
  /** Share of the limit to fill; the rest lets the limit be tried upwards. */
  targetUtilization: 0.8,
  capacityWindow: '5m',
  /** Jobs a pod holds at least, and is taken to hold while none is warm. */
  leastCapacityJobs: 1,
  assumedCapacityJobs: 4,
} as const;
