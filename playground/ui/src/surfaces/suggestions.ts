import type { User } from '../workspace/page-api.ts';

interface Suggestion {
  readonly label: string;
  readonly note: string;
  /** What stands in the text once it is chosen, with the blank that follows. */
  readonly insert: string;
}

export interface Completion {
  /** Where the unfinished word begins. */
  readonly from: number;
  readonly suggestions: readonly Suggestion[];
}

const NONE: Completion = { from: 0, suggestions: [] };

/** What could complete the word before the caret: people after `@`, the app's commands after a leading `/`. */
export function completionAt(
  text: string,
  caret: number,
  users: readonly User[],
  commands: readonly string[],
): Completion {
  const before = text.slice(0, caret);
  const mention = /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u.exec(before);
  if (mention) {
    const typed = mention[1].toLowerCase();
    const fitting = users.filter(
      (user) => user.name.toLowerCase().startsWith(typed) || user.real_name.toLowerCase().startsWith(typed),
    );
    const isFinished = fitting.length === 1 && fitting[0].name.toLowerCase() === typed;
    return {
      from: caret - typed.length - 1,
      suggestions: isFinished
        ? []
        : // The app first: it is the one that people come here to talk to.
          fitting
            .toSorted((left, right) => Number(right.is_bot) - Number(left.is_bot))
            .map((user) => ({ label: `@${user.name}`, note: user.real_name, insert: `@${user.name} ` })),
    };
  }
  if (/^\/[a-z-]*$/.test(before)) {
    const suggestions = commands
      .filter((command) => command.startsWith(before) && command !== before)
      .map((command) => ({ label: command, note: 'command', insert: `${command} ` }));
    return { from: 0, suggestions };
  }
  return NONE;
}
