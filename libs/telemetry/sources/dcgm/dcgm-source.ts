import { withoutSecrets, type Sample, type TelemetrySource } from '#libs/core';
import type { OwnDevices, SourceSpec } from '../../probe/source-spec.ts';
import { CollectionError } from '../collection-error.ts';
import { parseExposition, type ExpositionSample } from '../exposition.ts';
import { scrape } from '../scrape.ts';
import { DevicePage } from './device-page.ts';
import { deviceReadings } from './device-readings.ts';
import { ownPages } from './own-pages.ts';
import { RefreshWatch } from './refresh-watch.ts';

/** Our devices as NVIDIA's dcgm-exporter shows them, which refreshes its page every 30 s unless told otherwise. */
export class DcgmSource implements TelemetrySource {
  readonly name = 'dcgm';
  readonly #url: string;
  readonly #own: OwnDevices;
  readonly #now: () => number;
  readonly #watch: RefreshWatch;

  /** `now`: monotonic, ms. */
  constructor({ url, own, intervalMs }: Extract<SourceSpec, { kind: 'dcgm' }>, now: () => number) {
    this.#url = url;
    this.#own = own;
    this.#now = now;
    this.#watch = new RefreshWatch(intervalMs);
  }

  async read(signal: AbortSignal): Promise<Sample> {
    const url = withoutSecrets(this.#url);
    // Before the page is fetched: the worker adds what the read takes, which is different each time.
    const now = this.#now();
    const samples = dcgmSamples(parseExposition(await scrape(this.#url, { signal, server: 'dcgm-exporter' })), url);
    const pages = ownPages(pagesOf(samples), { own: this.#own, url, hosts: hostsOf(samples) });
    const { age, interval, unchanged } = this.#watch.see(pages.map((page) => page.fingerprint()).join('\n'), now);
    const devices = pages.map(deviceReadings);
    return {
      readings: devices.flatMap(({ readings }) => readings),
      missing: devices.flatMap(({ missing }) => missing),
      devices: pages.map((page) => page.device()),
      age,
      interval,
      ...(unchanged && { unchanged }),
    };
  }

  async close(): Promise<void> {}
}

function dcgmSamples(samples: readonly ExpositionSample[], url: string): readonly ExpositionSample[] {
  const own = samples.filter(({ name }) => name.startsWith('DCGM_'));
  if (own.length > 0 || samples.length === 0) return own;
  throw new CollectionError({
    result: 'parse',
    message: `the page at ${url} has metrics and none of dcgm-exporter's, which begin with DCGM_`,
    next: 'Point the URL at dcgm-exporter; its port is 9400 unless set otherwise.',
  });
}

/** By UUID; what has none is no GPU (a switch, a link, a processor). */
function pagesOf(samples: readonly ExpositionSample[]): readonly DevicePage[] {
  const byDevice = Map.groupBy(samples, ({ labels }) => labels.get('UUID') ?? labels.get('uuid') ?? '');
  byDevice.delete('');
  return [...byDevice].map(([gpu, own]) => new DevicePage(gpu, own));
}

function hostsOf(samples: readonly ExpositionSample[]): readonly string[] {
  const hosts = samples.map(({ labels }) => labels.get('Hostname') ?? labels.get('hostname') ?? '');
  return [...new Set(hosts)].filter((host) => host !== '').toSorted();
}
