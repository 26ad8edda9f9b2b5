/** A process that fits and predicts when it is asked: one engine, one version, one number of threads. */
import { JsonProcess } from '../json-process.ts';

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

/** @throws Error in `ask` when the process says so or ends, with the last that it wrote. */
export class Contender {
  readonly engine: Engine;
  readonly threads: number;
  readonly #process: JsonProcess;

  constructor(engine: Engine, threads: number) {
    this.engine = engine;
    this.threads = threads;
    const { name, version, command, args } = engine;
    const environment = engine.environment(threads);
    this.#process = new JsonProcess(`${name} ${version}`, command, [...args, String(threads)], environment);
  }

  ask<Name extends keyof Requests>(
    name: Name,
    request: Requests[Name]['request'],
  ): Promise<Requests[Name]['reply']> {
    return this.#process.ask(name, request);
  }

  close(): void {
    this.#process.close();
  }
}
