import type { Limiter, LoopView, Random } from '#libs/simulation';
import { clip, type Range } from './peer.ts';
import { magnitude, realQuotient, waveOf, type Wave } from './wave.ts';

const period = 4;
const historyLength = 8 * period;
const signalToNoise = 3;

/**
 * The thread pool's hill climbing in .NET (PortableThreadPool.HillClimbing.cs). The limit is a setting c plus a square wave
 * of period 4 samples; what the wave does to throughput says where to go. A sample is 10..200 ms long, or as long as it takes
 * until (L − 1)/jobs < 0.15. Over the last 32 samples, with N and X the waves in L and in throughput, each over its mean:
 *   r = Re(X/N) − 0.15;  confidence = |N|/noise/3, noise from the bands beside
 *   c ← c + sign·(clip(r, −1, 1)·clip(confidence, 0, 1))²·4/s·(sample's length), not up while the processor is above 0.95
 * Here samples end on a grid of 100 ms, the lowest is 1 where the original has the number of processors, and the GPU's
 * utilisation stands in for the processor where `cpu` is set.
 */
export class DotnetHillClimbing implements Limiter {
  readonly tickMs = 100;
  readonly #config: DotnetConfig;
  readonly #random: Random;
  #limit: number;
  #setting: number;
  #history: { readonly throughput: number; readonly limit: number }[] = [];
  #samples = 0;
  #noise = 0;
  #completed = 0;
  #since = 0;
  #interval: number;
  #endsAt: number;

  constructor(config: DotnetConfig, random: Random) {
    this.#config = config;
    this.#random = random;
    this.#limit = config.start;
    this.#setting = config.start;
    this.#interval = this.#drawInterval();
    this.#endsAt = this.#interval;
  }

  get limit(): number {
    return this.#limit;
  }

  ended(): void {
    this.#completed += 1;
  }

  tick(t: number, { device }: LoopView): void {
    if (t < this.#endsAt) return;
    if (this.#samples > 0 && (this.#limit - 1) / this.#completed >= 0.15) return;
    const seconds = (t - this.#since) / 1000;
    this.#history = [...this.#history, { throughput: this.#completed / seconds, limit: this.#limit }].slice(
      -historyLength,
    );
    this.#samples += 1;
    this.#completed = 0;
    this.#since = t;
    const { ratio, confidence } = this.#read();
    const busy = this.#config.cpu && device !== undefined && device.utilization > 0.95;
    const move = this.#move(clip(ratio, -1, 1) * clip(confidence, 0, 1), seconds);
    this.#setLimit(busy ? Math.min(0, move) : move);
    // At the bottom, with more doing harm: try more only seldom.
    const patience = ratio < 0 && this.#limit === this.#config.min ? 10 * Math.min(-ratio, 1) : 1;
    this.#endsAt = t + this.#interval * patience;
  }

  #read(): { readonly ratio: number; readonly confidence: number } {
    const count = Math.floor(Math.min(this.#samples - 1, historyLength) / period) * period;
    const latest = this.#history.slice(this.#history.length - count);
    const throughputs = latest.map(({ throughput }) => throughput);
    const limits = latest.map(({ limit }) => limit);
    const meanThroughput = mean(throughputs);
    if (count <= period || meanThroughput <= 0) return { ratio: 0, confidence: 0 };
    const strength = (wavePeriod: number): number => magnitude(waveOf(throughputs, wavePeriod)) / meanThroughput;
    const waves = count / period;
    const beside = Math.max(strength(count / (waves + 1)), strength(count / (waves - 1)));
    this.#noise = this.#noise === 0 ? beside : 0.01 * beside + 0.99 * this.#noise;
    const wave = waveOf(limits, period);
    const relative: Wave = { re: wave.re / mean(limits), im: wave.im / mean(limits) };
    const noise = Math.max(this.#noise, beside);
    const confidence = noise > 0 ? magnitude(relative) / noise / signalToNoise : 1;
    if (magnitude(relative) === 0) return { ratio: 0, confidence };
    const response = waveOf(throughputs, period);
    const scaled: Wave = { re: response.re / meanThroughput, im: response.im / meanThroughput };
    return { ratio: realQuotient(scaled, relative) - 0.15, confidence };
  }

  #move(share: number, seconds: number): number {
    return Math.min(Math.sign(share) * share ** 2 * 4 * seconds, 20);
  }

  #setLimit(move: number): void {
    const { min, max } = this.#config;
    const setting = this.#setting + move;
    const height = clip(Math.floor(0.5 + setting * this.#noise * signalToNoise * 2), 1, 20);
    this.#setting = Math.max(min, Math.min(max - height, setting));
    const up = Math.floor(this.#samples / (period / 2)) % 2;
    const next = clip(Math.floor(this.#setting + height * up), min, max);
    if (next !== this.#limit) this.#interval = this.#drawInterval();
    this.#limit = next;
  }

  #drawInterval(): number {
    return 10 + 190 * this.#random.uniform();
  }
}

export interface DotnetConfig extends Range {
  readonly cpu: boolean;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
