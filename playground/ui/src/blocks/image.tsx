import type { ImageBlock, ImageElement } from '@slack/types';
import { plainText } from '../text/text.tsx';
import { useDirectory } from '../workspace/directory.tsx';
import { fileAddress } from '../workspace/page-api.ts';

/** Where a picture's bytes are; undefined for anything but a web address or an uploaded file. */
function imageAddress(image: ImageElement | ImageBlock): string | undefined {
  if ('slack_file' in image && image.slack_file) {
    const { slack_file: file } = image;
    const id = 'id' in file ? file.id : /F[A-Z0-9]+/.exec(file.url)?.[0];
    return id && fileAddress(id);
  }
  return 'image_url' in image && /^https?:/i.test(image.image_url) ? image.image_url : undefined;
}

/** The small picture of a section or context block. */
export function SmallImage({ image, className }: { image: ImageElement; className: string }) {
  const url = imageAddress(image);
  return url ? <img className={className} src={url} alt={image.alt_text} /> : null;
}

interface PictureFrameProps {
  readonly url: string;
  readonly title: string;
  readonly alt: string;
  /** In pixels, when known: the frame then keeps its place while the bytes arrive. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** A picture in a message: fits the column, a click enlarges it. */
export function PictureFrame({ url, title, alt, width, height }: PictureFrameProps) {
  const { enlarge } = useDirectory();
  return (
    <button
      type="button"
      className="picture"
      aria-label={`Enlarge picture: ${alt || title}`}
      onClick={() => enlarge({ url, title, alt })}
    >
      <img src={url} alt={alt} width={width} height={height} loading="lazy" />
    </button>
  );
}

export function ImageBlockView({ block }: { block: ImageBlock }) {
  const url = imageAddress(block);
  const title = block.title ? plainText(block.title.text) : '';
  return (
    <figure>
      {title && <figcaption>{title}</figcaption>}
      {url ? (
        <PictureFrame url={url} title={title} alt={block.alt_text} />
      ) : (
        <p className="unknown">Picture without a usable address: {block.alt_text}</p>
      )}
    </figure>
  );
}
