/** A process that answers lines of JSON with lines of JSON, one at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const STDERR_KEPT = 2000;

export class JsonProcess {
  readonly #label: string;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  /** @param label how errors name it. */
  constructor(label: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#label = label;
    const child = spawn(command, args, { env });
    child.stderr.on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.stdin.on('error', () => {}); // the process is gone; `ask` finds the end of its output
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Error when the process says so or ends, with the last that it wrote. */
  async ask<Reply>(name: string, request: object): Promise<Reply> {
    this.#process.stdin?.write(`${JSON.stringify({ do: name, ...request })}\n`);
    const { value, done } = await this.#lines.next();
    const reply = done ? { error: `ended: ${this.#stderr.trim()}` } : JSON.parse(value);
    if (reply.error) throw new Error(`${this.#label} ${name}: ${reply.error}`);
    return reply;
  }

  /** The process ends itself when nobody can ask any more; one that computes is not waited for. */
  close(): void {
    this.#process.stdin?.end();
    this.#process.kill();
  }
}
