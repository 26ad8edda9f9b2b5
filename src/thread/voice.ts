/** The seam to a mouth that speaks while it thinks: what a specialist may show of an answer before all of it is there.
 *  Nothing here throws: where a platform shows nothing early, the answer comes as a whole. */

export interface Voice {
  /** What is being done, in a few words; '' takes it away. */
  status(words: string): Promise<void>;
  /** A step on the way to the answer. The same id again changes it. */
  step(id: string, title: string, state: 'in_progress' | 'complete' | 'error'): Promise<void>;
  /** The next piece of the answer, in Markdown that has been made safe. */
  say(markdown: string): Promise<void>;
  /** Ends the answer. @returns what of it does not stand in the thread and has to be posted; '' for nothing. */
  end(): Promise<string>;
  /** Aborts when a person has stopped the answer where it is shown. */
  readonly stopped: AbortSignal;
}

/** Shows nothing early. */
export function quietVoice(): Voice {
  let unsaid = '';
  return {
    status: async () => {},
    step: async () => {},
    say: async (markdown) => {
      unsaid += markdown;
    },
    end: async () => {
      const rest = unsaid;
      unsaid = '';
      return rest;
    },
    stopped: new AbortController().signal,
  };
}
