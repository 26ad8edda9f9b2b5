/** A DuckDB that can read one file and nothing else. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Opens an in-memory DuckDB without network, extensions or file access beyond `path`, lets `use` query it, and
 *  closes it.
 *  @param path chosen by us: read_csv and its like would expand `*`, `?` and `[` in it. */
export async function withSealedDuckDb<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: '2GB',
  });
  try {
    const connection = await instance.connect();
    try {
      await connection.run(`SET allowed_paths = [${sqlText(path)}]`);
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
