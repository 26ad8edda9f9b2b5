/** A process that fits and predicts when it is asked: one engine, one version, one number of threads. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Who is compared. Some engines are there in several versions. */
export interface Engine {
  readonly name: 'modelwright' | 'xgboost' | 'sklearn' | 'lightgbm';
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
  environment(threads: number): NodeJS.ProcessEnv;
}

/** One line of JSON to the process, one back. Data stay loaded until the next `load`, the model until the next `fit`.
 *  - load:    reads the data set in `folder` (with the test rows if `test`) as float32; not timed.
 *  - warm:    a short fit, not timed, that also finds which of the engine's ways to the same model is fastest here.
 *  - fit:     `seconds` from numbers in memory to a model, binning included. `way` as `warm` returned it.
 *  - predict: `seconds` from the test rows to probabilities on one thread, written to the file `out` as float64.
 *  - memory:  `peakMb`, the most that the process ever had resident. */
export interface Requests {
  readonly load: { request: { folder: string; test: boolean }; reply: object };
  readonly warm: { request: object; reply: { way: string } };
  readonly fit: { request: { trees: number; way: string }; reply: { seconds: number; threadsUsed: number } };
  readonly predict: { request: { out: string }; reply: { seconds: number } };
  readonly memory: { request: object; reply: { peakMb: number } };
}

const STDERR_KEPT = 2000;

/** @throws Error in `ask` when the process says so or ends, with the last that it wrote. */
export class Contender {
  readonly engine: Engine;
  readonly threads: number;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  constructor(engine: Engine, threads: number) {
    this.engine = engine;
    this.threads = threads;
    const args = [...engine.args, String(threads)];
    const child = spawn(engine.command, args, { env: engine.environment(threads) });
    child.stderr.on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.stdin.on('error', () => {}); // the process is gone; `ask` finds the end of its output
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async ask<Name extends keyof Requests>(
    name: Name,
    request: Requests[Name]['request'],
  ): Promise<Requests[Name]['reply']> {
    this.#process.stdin?.write(`${JSON.stringify({ do: name, ...request })}\n`);
    const { value, done } = await this.#lines.next();
    const reply = done ? { error: `ended: ${this.#stderr.trim()}` } : JSON.parse(value);
    if (reply.error) throw new Error(`${this.engine.name} ${this.engine.version} ${name}: ${reply.error}`);
    return reply;
  }

  /** The process ends itself when nobody can ask any more; one that computes is not waited for. */
  close(): void {
    this.#process.stdin?.end();
    this.#process.kill();
  }
}
