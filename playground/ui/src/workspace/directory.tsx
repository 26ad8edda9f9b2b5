import { createContext, type ReactNode, useContext } from 'react';
import type { Channel, User } from './page-api.ts';

export interface Picture {
  readonly url: string;
  readonly title: string;
  readonly alt: string;
}

/** What deep parts of a message need from the workspace: names for ids, and where a click leads. */
export interface Directory {
  readonly actor: User;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  openChannel(id: string): void;
  enlarge(picture: Picture): void;
  /** Tells the person in one sentence that something did not work. */
  complain(sentence: string): void;
}

const DirectoryContext = createContext<Directory | undefined>(undefined);

export function DirectoryProvider({ value, children }: { value: Directory; children: ReactNode }) {
  return <DirectoryContext value={value}>{children}</DirectoryContext>;
}

export function useDirectory(): Directory {
  const directory = useContext(DirectoryContext);
  if (!directory) throw new Error('useDirectory was called outside of a DirectoryProvider');
  return directory;
}

/** The name to show: the display name, or the full name when none was chosen. */
export function displayName(user: User): string {
  return user.profile.display_name || user.real_name || user.name;
}
