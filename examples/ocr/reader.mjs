import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import tesseract from 'tesseract.js';

// The language comes with an npm package: nothing is fetched, and nothing is written to disk.
const language = createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json');
const options = { langPath: join(dirname(language), '4.0.0_best_int'), cacheMethod: 'none' };

/** One Tesseract thread. It reads one picture at a time; while it reads none, it does not keep the process alive. */
export class Reader {
  #tesseract;
  #ended = false;

  /** @throws {Error} what Tesseract lacks to start */
  static async open() {
    const started = await new Promise((resolve, reject) => {
      // Without an error handler of ours Tesseract.js throws where nobody can catch it.
      const errorHandler = (cause) => reject(new Error(`Tesseract did not start: ${String(cause)}`));
      tesseract.createWorker('eng', tesseract.OEM.LSTM_ONLY, { ...options, errorHandler }).then(resolve, errorHandler);
    });
    return new Reader(started);
  }

  constructor(started) {
    this.#tesseract = started;
    started.worker.on('error', () => {}); // 'exit' follows, and ends the reading
    started.worker.once('exit', () => (this.#ended = true));
    started.worker.unref();
  }

  get usable() {
    return !this.#ended;
  }

  close() {
    this.#ended = true;
    return this.#tesseract.terminate();
  }

  /**
   * @param {Uint8Array} picture PNG
   * @param {AbortSignal} signal ends the reading; as it cannot be interrupted, the thread ends with it
   * @returns {Promise<{ text: string, confidence: number }>} confidence 0..100
   */
  async read(picture, signal) {
    signal.throwIfAborted();
    const thread = this.#tesseract.worker;
    const stop = () => void this.close();
    signal.addEventListener('abort', stop, { once: true });
    const exited = Promise.withResolvers();
    thread.once('exit', exited.resolve);
    thread.ref();
    try {
      const result = await Promise.race([this.#tesseract.recognize(picture), exited.promise]);
      signal.throwIfAborted();
      if (result?.data === undefined) throw new Error('The thread that read the picture ended');
      // Tesseract guesses at paragraphs and parts them by empty lines; lines are what it really sees.
      return { text: result.data.text.trim().replaceAll(/\n\s*\n/g, '\n'), confidence: result.data.confidence };
    } finally {
      thread.unref();
      thread.off('exit', exited.resolve);
      signal.removeEventListener('abort', stop);
    }
  }
}
