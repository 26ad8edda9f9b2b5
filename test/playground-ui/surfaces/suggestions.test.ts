import { expect, test } from 'vitest';
import { completionAt } from '../../../playground/ui/src/surfaces/suggestions.ts';
import type { User } from '../../../playground/ui/src/workspace/page-api.ts';

const person = (name: string, isBot = false): User => ({
  id: name,
  name,
  real_name: name,
  color: '000000',
  is_bot: isBot,
  is_admin: false,
  is_restricted: false,
  is_stranger: false,
  profile: { display_name: '', title: '' },
});
const USERS = [person('ana'), person('ben'), person('modelwright', true)];
const offered = (text: string) =>
  completionAt(text, text.length, USERS, ['/modelwright']).suggestions.map(({ label }) => label);

test('an @ offers everybody, the app first; letters narrow the list; a finished name ends it', () => {
  expect(offered('hello @')).toEqual(['@modelwright', '@ana', '@ben']);
  expect(offered('hello @B')).toEqual(['@ben']);
  expect(offered('@ben')).toEqual([]);
  expect(offered('mail@b')).toEqual([]);
});

test('a slash at the very beginning offers the commands', () => {
  expect(offered('/mo')).toEqual(['/modelwright']);
  expect(offered('see /mo')).toEqual([]);
});

test('the unfinished word is replaced from its beginning', () => {
  expect(completionAt('hi @an now', 6, USERS, []).from).toBe(3);
});
