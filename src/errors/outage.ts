/** Whether an error says that a server could not be reached just now, or ended the connection: what was asked of it may
 *  be asked again. */

/** Of Node's sockets and of name look-ups. */
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** PostgreSQL's classes 08 (connection) and 57P (shut down, crashed, starting up), and too many connections. */
const SQL_STATE = /^(08...|57P0[123]|53300)$/;

/** What `pg`, `ioredis` and the S3 client say without a code. */
const WORDS =
  /^(Connection terminated|Connection is closed|Reached the max retries per request|Client has encountered a connection error|timeout exceeded when trying to connect|socket hang up)/i;

export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isOutage);
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (typeof code === 'string' && (SOCKET.has(code) || SQL_STATE.test(code))) return true;
  if (($metadata?.httpStatusCode ?? 0) >= 500 || error.name === 'TimeoutError') return true;
  return WORDS.test(error.message) || (error.cause !== undefined && isOutage(error.cause));
}
