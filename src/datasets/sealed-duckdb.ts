/** A DuckDB that can read one file and nothing else. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** What reading a file may take. */
export const READING_MEMORY = '2GB';

/** Opens an in-memory DuckDB without network, extensions or file access beyond `path`, lets `use` query it, and
 *  closes it.
 *  @param path chosen by us: read_csv and its like would expand `*`, `?` and `[` in it. Null for no file at all. */
export async function withSealedDuckDb<T>(
  path: string | null,
  memory: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: memory,
  });
  try {
    const connection = await instance.connect();
    try {
      if (path !== null) await connection.run(`SET allowed_paths = [${sqlText(path)}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
