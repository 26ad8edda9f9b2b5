/** One line per message on standard error, with tokens blotted out whatever they were written into. */
import { inspect } from 'node:util';
import { type Logger, LogLevel } from '@slack/bolt';

const ORDER = [LogLevel.DEBUG, LogLevel.INFO, LogLevel.WARN, LogLevel.ERROR];

/** Slack's and the usual providers' tokens, and passwords inside connection addresses. */
const SECRETS = /\b(?:xox[a-z]|xapp|sk)-[\w-]{6,}|(?<=:\/\/[^:/\s]*:)[^@/\s]+(?=@)/g;

export function createLogger(level: `${LogLevel}`): Logger {
  const least = ORDER.indexOf(level as LogLevel);
  const write =
    (at: LogLevel) =>
    (...parts: unknown[]) => {
      if (ORDER.indexOf(at) < least) return;
      const text = parts
        .map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 4 })))
        .join(' ');
      process.stderr.write(`${new Date().toISOString()} ${at.padEnd(5)} ${text.replace(SECRETS, '***')}\n`);
    };
  return {
    debug: write(LogLevel.DEBUG),
    info: write(LogLevel.INFO),
    warn: write(LogLevel.WARN),
    error: write(LogLevel.ERROR),
    setLevel: () => {}, // Bolt would set its own default; the configuration decides
    getLevel: () => ORDER[least] as LogLevel,
    setName: () => {},
  };
}
