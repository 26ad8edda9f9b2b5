/** The memory that the trials of this process share: a trial begins when there is room for it. */
export class MemoryRoom {
  readonly totalMb: number;
  #takenMb = 0;
  #inside = 0;
  readonly #waiting: { readonly mb: number; readonly begin: () => void }[] = [];

  constructor(totalMb: number) {
    this.totalMb = totalMb;
  }

  /** Trials that have room now. */
  get inside(): number {
    return this.#inside;
  }

  /** In the order in which they came: a large trial is not passed by small ones for ever.
   *  @param mb at most everything, which means alone.
   *  @returns makes room again.
   *  @throws the signal's reason if it aborts before there is room. */
  async enter(mb: number, signal: AbortSignal): Promise<() => void> {
    const wanted = Math.min(mb, this.totalMb);
    await this.#turn(wanted, signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#takenMb -= wanted;
      this.#inside--;
      this.#letIn();
    };
  }

  #turn(mb: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal.reason);
        this.#letIn();
      };
      const entry = {
        mb,
        begin: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(entry);
      this.#letIn();
    });
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      // A rounding error must not keep anybody out of an empty room.
      if (this.#inside > 0 && this.#takenMb + next.mb > this.totalMb * 1.000001) return;
      this.#waiting.shift();
      this.#takenMb += next.mb;
      this.#inside++;
      next.begin();
    }
  }
}
