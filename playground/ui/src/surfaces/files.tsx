import { PictureFrame } from '../blocks/image.tsx';
import { fileAddress, type SharedFile } from '../workspace/page-api.ts';

const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** 1_234_567 -> "1.2 MB", in powers of 1000. */
function fileSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/** A name, a kind and a size; also for files that are still on their way. */
export function FileLabel({ name, note }: { name: string; note: string }) {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? 'file';
  return (
    <>
      <span className="file-kind" aria-hidden="true">
        {extension}
      </span>
      <span className="file-text">
        <span className="file-name">{name}</span>
        <small>{note}</small>
      </span>
    </>
  );
}

/** The files of a message: pictures are shown, everything else can be downloaded. */
export function Files({ files }: { files: readonly SharedFile[] }) {
  return (
    <div className="files">
      {files.map((file) => {
        const title = file.title || file.name;
        if (!file.mimetype.startsWith('image/')) {
          return (
            <a key={file.id} className="file" href={fileAddress(file.id)} download={file.name}>
              <FileLabel name={title} note={file.mimetype ? fileSize(file.size) : 'being processed…'} />
            </a>
          );
        }
        return (
          <figure key={file.id}>
            <figcaption>{title}</figcaption>
            <PictureFrame
              url={fileAddress(file.id)}
              title={title}
              alt={file.alt_txt || title}
              width={file.original_w}
              height={file.original_h}
            />
          </figure>
        );
      })}
    </div>
  );
}
