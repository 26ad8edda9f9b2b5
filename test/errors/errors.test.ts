import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, ModelwrightError } from '../../src/errors/errors.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** docs/errors.md as it should be. */
function page(): string {
  const cell = (sentence: string) => sentence.replaceAll('|', '\\|');
  const rows = CODES.map((code) => {
    const { person, developer, retryable } = ERRORS[code];
    return `| \`${code}\` | ${cell(person)} | ${cell(developer)} | ${retryable ? 'yes' : 'no'} |`;
  });
  return `# What can go wrong

Every failure that Modelwright knows, from the table in \`src/errors/errors.ts\`: what the person in the thread reads, what
the log says, and whether simply trying again may help. Words in braces are filled in. After a change of the table,
\`npx vitest run test/errors -u\` writes this page anew.

| Code | For the person | For the log | Try again? |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

describe('the table of errors', () => {
  it('is the same in docs/errors.md', async () => {
    await expect(page()).toMatchFileSnapshot('../../docs/errors.md');
  });

  it.each(CODES)('%s speaks to the person in whole sentences, without our insides', (code) => {
    const { person } = ERRORS[code];
    expect(person).toMatch(/^(?:[A-Z]|\{\w+\})/);
    expect(person).toMatch(/(?:[.?!]|\{\w+\})$/);
    expect(person).not.toMatch(
      /\b(?:undefined|null|stack|token|exception|ENOENT|SQL)\b|node_modules|\.ts\b|https?:\/\//i,
    );
    expect(person.length).toBeLessThanOrEqual(300);
  });

  it('has no code that nothing throws', () => {
    const source = ['src', 'handlers', 'jobs']
      .flatMap((root) =>
        readdirSync(root, { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.ts') && file !== join('errors', 'errors.ts'))
          .map((file) => readFileSync(join(root, file), 'utf8')),
      )
      .join('\n');
    expect(CODES.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });
});

describe('ModelwrightError', () => {
  const cause = new Error('socket closed');
  const error = new ModelwrightError('URL_TIMEOUT', { host: 'data.example', seconds: 30 }, { cause });

  it('fills the details into both sentences', () => {
    expect(error.message).toBe('URL_TIMEOUT: data.example did not deliver within 30 s');
    expect(error.person).toMatch(/^data\.example did not deliver the file within 30 seconds\./);
  });

  it('keeps code, details, cause and whether to try again', () => {
    expect(error).toMatchObject({ name: 'ModelwrightError', code: 'URL_TIMEOUT', retryable: true, cause });
    expect(error.details).toEqual({ host: 'data.example', seconds: 30 });
  });

  it('says which detail is missing instead of failing on the way to the person', () => {
    expect(new ModelwrightError('DATA_EMPTY').person).toContain('(no name)');
  });

  it('does not fill placeholders that came in with a detail', () => {
    expect(new ModelwrightError('URL_UNREACHABLE', { host: '{detail}', detail: 'secret' }).person).toContain(
      '{detail}',
    );
  });
});
