import { extname } from 'node:path';

interface FileType {
  filetype: string;
  mimetype: string;
  pretty: string;
}

const BY_EXTENSION: Record<string, FileType> = {
  '.csv': { filetype: 'csv', mimetype: 'text/csv', pretty: 'CSV' },
  '.tsv': { filetype: 'tsv', mimetype: 'text/tab-separated-values', pretty: 'TSV' },
  '.txt': { filetype: 'text', mimetype: 'text/plain', pretty: 'Plain Text' },
  '.md': { filetype: 'markdown', mimetype: 'text/plain', pretty: 'Markdown' },
  '.json': { filetype: 'json', mimetype: 'application/json', pretty: 'JSON' },
  '.jsonl': { filetype: 'jsonl', mimetype: 'application/octet-stream', pretty: 'JSONL' },
  '.ndjson': { filetype: 'ndjson', mimetype: 'application/octet-stream', pretty: 'NDJSON' },
  '.parquet': { filetype: 'parquet', mimetype: 'application/octet-stream', pretty: 'Parquet' },
  '.xlsx': {
    filetype: 'xlsx',
    mimetype: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    pretty: 'Excel Spreadsheet',
  },
  '.gz': { filetype: 'gzip', mimetype: 'application/x-gzip', pretty: 'Gzip' },
  '.zip': { filetype: 'zip', mimetype: 'application/zip', pretty: 'Zip' },
  '.png': { filetype: 'png', mimetype: 'image/png', pretty: 'PNG' },
  '.jpg': { filetype: 'jpg', mimetype: 'image/jpeg', pretty: 'JPEG' },
  '.jpeg': { filetype: 'jpg', mimetype: 'image/jpeg', pretty: 'JPEG' },
  '.gif': { filetype: 'gif', mimetype: 'image/gif', pretty: 'GIF' },
  '.svg': { filetype: 'svg', mimetype: 'image/svg+xml', pretty: 'SVG' },
  '.pdf': { filetype: 'pdf', mimetype: 'application/pdf', pretty: 'PDF' },
  '.html': { filetype: 'html', mimetype: 'text/html', pretty: 'HTML' },
  '.py': { filetype: 'python', mimetype: 'text/plain', pretty: 'Python' },
};
const BINARY: FileType = { filetype: 'binary', mimetype: 'application/octet-stream', pretty: 'Binary' };

/** What Slack calls a file of this name. */
export function fileTypeOf(name: string): FileType {
  return BY_EXTENSION[extname(name).toLowerCase()] ?? BINARY;
}

/** The picture types that an image block may show as a `slack_file`. */
export const PICTURE_TYPES: ReadonlySet<string> = new Set(['png', 'jpg', 'gif']);
