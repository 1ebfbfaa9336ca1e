import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases, chart, hasHelm, type RenderOptions } from './helm.ts';
import { notesChart, type NotesChart } from './notes.ts';

interface Warned {
  readonly about: string;
  readonly in: RenderOptions;
  readonly says: string;
  /** Where it is not said. */
  readonly neighbours: readonly RenderOptions[];
}

const worker = (values: Readonly<Record<string, unknown>>): RenderOptions => ({ values: { worker: values } });
const open = { existingSecret: '', none: true };

const farAway = {
  handler: { path: 'http://llm.apps:8000/v1' },
  telemetry: { gpu: 'dcgm:http://dcgm.gpu:9400/metrics' },
};

const warnings: readonly Warned[] = [
  {
    about: 'a drain that a cluster autoscaler cuts',
    in: worker({ drain: { preStopSeconds: 1, timeoutSeconds: 570, marginSeconds: 30 } }),
    says: "the worker's grace period is 601 s, and a cluster autoscaler cuts it at 600 s by default; a job that is cut runs again.",
    neighbours: [worker({ drain: { preStopSeconds: 0, timeoutSeconds: 570, marginSeconds: 30 } })],
  },
  {
    about: 'a surge',
    in: worker({ rollout: { maxSurge: 1 } }),
    says: 'worker.rollout.maxSurge=1: a new pod waits for a free GPU, for ever where there is none.',
    neighbours: [
      worker({ rollout: { maxSurge: 0 } }),
      worker({ rollout: { maxSurge: 1 }, gpu: { mode: 'none' } }),
      worker({ rollout: { maxSurge: 1, type: 'Recreate' } }),
    ],
  },
  {
    about: 'a surge in percent',
    in: worker({ rollout: { maxSurge: '10%' } }),
    says: 'worker.rollout.maxSurge=10%: a new pod waits for a free GPU, for ever where there is none.',
    neighbours: [worker({ rollout: { maxSurge: '0%' } })],
  },
  {
    about: 'an HPA without its metric',
    in: { ci: 'hpa', values: { monitoring: { prometheusRule: { enabled: false } } } },
    says: 'autoscaling.engine=hpa reads flyball:desired_replicas, which monitoring.prometheusRule.enabled=true records. Record it otherwise, or nothing scales.',
    neighbours: [{ ci: 'hpa' }, { ci: 'keda-redis' }],
  },
  {
    about: 'a bundled Redis',
    in: { values: { redis: { mode: 'bundled', bundled: { existingSecret: 'redis-auth' } } } },
    says: 'the bundled Redis is one pod without persistence: every job in it is lost when it ends. For development only.',
    neighbours: [{ values: { redis: { bundled: { existingSecret: 'redis-auth' } } } }],
  },
  ...['time-slicing', 'mps'].map((sharing) => ({
    about: `a shared GPU, by ${sharing}`,
    in: worker({ gpu: { sharing } }),
    says: `the GPU is shared (${sharing}). Its utilisation and memory are shown, and no strategy acts on them, for they are everybody's.`,
    neighbours: [worker({ gpu: { sharing: 'exclusive' } }), worker({ gpu: { sharing: 'mig' } })],
  })),
  {
    about: 'no keys',
    in: { values: { auth: open } },
    says: 'auth.none=true: whoever reaches port 8080 sends jobs and steers workers.',
    neighbours: [{}],
  },
  {
    about: 'the default namespace',
    in: { namespace: 'default' },
    says: 'namespace "default". One of its own can enforce Pod Security "restricted", which all pods of this chart keep.',
    neighbours: [{ namespace: 'default-2' }],
  },
  {
    about: 'a handler that the policies cut off',
    in: worker({ handler: farAway.handler }),
    says: 'the worker asks http://llm.apps:8000/v1, and networkPolicy.extraEgress.worker is empty: where policies are enforced it does not get there.',
    neighbours: [
      worker({
        handler: { path: 'http://localhost:8000/v1' },
        telemetry: { gpu: 'model-server:http://[::1]:8000/metrics' },
      }),
      { values: { worker: farAway, networkPolicy: { enabled: false } } },
      { values: { worker: farAway, networkPolicy: { extraEgress: { worker: [{ to: [{ podSelector: {} }] }] } } } },
    ],
  },
  {
    about: 'a handler and an exporter that they cut off',
    in: worker(farAway),
    says: 'the worker asks http://llm.apps:8000/v1 and http://dcgm.gpu:9400/metrics, and networkPolicy.extraEgress.worker is empty: where policies are enforced it does not get there.',
    neighbours: [worker({ telemetry: { gpu: 'nvml,sim:knee' } })],
  },
  {
    about: 'an exporter that they cut off, on a host that only sounds near',
    in: worker({ telemetry: { gpu: 'nvml,dcgm:http://localhost.example.com/metrics' } }),
    says: 'the worker asks http://localhost.example.com/metrics, and networkPolicy.extraEgress.worker is empty: where policies are enforced it does not get there.',
    neighbours: [worker({ telemetry: { gpu: 'dcgm:http://127.0.0.1:9400/metrics' } })],
  },
];

describe.skipIf(!hasHelm)('the notes (skipped without helm)', () => {
  let notes: NotesChart;
  beforeAll(() => {
    notes = notesChart();
  });
  afterAll(() => notes.remove());

  const warningsIn = (options?: RenderOptions): readonly string[] =>
    notes
      .notesOf(options)
      .split('\n')
      .filter((line) => line.includes('WARNING'));
  const commandsIn = (options?: RenderOptions): readonly string[] =>
    notes
      .notesOf(options)
      .split('\n')
      .flatMap((line) => /^ {2}(\S.*)$/.exec(line)?.[1] ?? []);

  it.each(warnings)('warn of $about, and of nothing else', ({ in: options, says }) => {
    expect(warningsIn(options)).toEqual([`WARNING: ${says}`]);
  });

  const neighbours = warnings.flatMap((warned) => warned.neighbours.map((options) => [warned.about, options] as const));

  it.each(neighbours)('do not warn of %s with %j', (_, options) => {
    expect(warningsIn(options)).toEqual([]);
  });

  it('warn of all at once, each in a paragraph of its own', () => {
    const text = notes.notesOf({
      ci: 'bundled-redis',
      namespace: 'default',
      values: {
        worker: {
          handler: farAway.handler,
          gpu: { mode: 'device-plugin', sharing: 'mps' },
          drain: { timeoutSeconds: 900 },
          rollout: { maxSurge: 1 },
        },
        autoscaling: { engine: 'hpa' },
      },
    });
    expect(text.split('\n\n').filter((paragraph) => /^WARNING: .+$/.test(paragraph.trim()))).toHaveLength(8);
  });

  it.each(cases)('have no gap and no half-filled field with %s', (ci) => {
    const text = notes.notesOf({ ci });
    expect(text).not.toMatch(/<no value>|<nil>|%!|\{\{|\n\n\n|[ \t]\n/);
    expect(text).toMatch(/^Flyball \S+: endpoint "\w+" in ns\n/);
  });

  it('tell how to send a job to the service, and how to ask a worker', () => {
    expect(commandsIn()).toEqual([
      'kubectl -n ns port-forward service/r-flyball-gateway 8080:80',
      `curl -s http://127.0.0.1:8080/v2/r/runsync -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d '{"input":{}}'`,
      'kubectl -n ns port-forward deployment/r-flyball-worker 8081:8080',
      'flyball explain --url http://127.0.0.1:8081 --key ADMIN_KEY',
    ]);
    expect(notes.notesOf()).toContain('KEY is one of api-keys in the Secret flyball-keys, without its label.');
  });

  it('follow the names, the port and the Secret of the values', () => {
    const values = {
      endpoint: 'ocr',
      fullnameOverride: 'other',
      gateway: { service: { port: 8888 } },
      auth: { existingSecret: 'mine', apiKeysKey: 'clients' },
    };
    const options = { namespace: 'apps', values };
    expect(commandsIn(options)).toEqual([
      'kubectl -n apps port-forward service/other-gateway 8080:8888',
      expect.stringContaining('http://127.0.0.1:8080/v2/ocr/runsync -H "authorization: Bearer $KEY" ') as unknown,
      'kubectl -n apps port-forward deployment/other-worker 8081:8080',
      'flyball explain --url http://127.0.0.1:8081 --key ADMIN_KEY',
    ]);
    expect(notes.notesOf(options)).toContain('KEY is one of clients in the Secret mine, without its label.');
    expect(notes.notesOf(options)).toContain('endpoint "ocr" in apps\n');
  });

  it('name no key where none is needed', () => {
    const options = { values: { auth: open } };
    expect(notes.notesOf(options)).not.toMatch(/KEY|authorization|Secret/);
    expect(commandsIn(options)).toContain(
      `curl -s http://127.0.0.1:8080/v2/r/runsync -H 'content-type: application/json' -d '{"input":{}}'`,
    );
  });
});

describe('the warnings of NOTES.txt', () => {
  const text = readFileSync(`${chart}/templates/NOTES.txt`, 'utf8');
  const written = text.split('\n').filter((line) => line.includes('WARNING'));

  it.each(written)('have a row here: %s', (line) => {
    const parts = line.split(/\{\{.*?\}\}/).map((part) => RegExp.escape(part));
    const filled = new RegExp(`^${parts.join('.+')}$`);
    expect(warnings.filter(({ says }) => filled.test(`WARNING: ${says}`))).not.toEqual([]);
  });
});
