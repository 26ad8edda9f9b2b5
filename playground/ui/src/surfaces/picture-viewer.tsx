import type { Picture } from '../workspace/directory.tsx';
import { Dialog } from './dialog.tsx';

/** A picture as large as the window; Escape, the button or a click beside it close it. */
export function PictureViewer({ picture, onClose }: { picture: Picture; onClose: () => void }) {
  return (
    <Dialog label={picture.title || picture.alt} className="viewer" onClose={onClose}>
      <div className="viewer-bar">
        <strong>{picture.title || picture.alt}</strong>
        <a className="button" href={picture.url} target="_blank" rel="noreferrer">
          Open in a tab
        </a>
        <button type="button" data-autofocus className="button" onClick={onClose}>
          Close
        </button>
      </div>
      <button type="button" className="viewer-picture" aria-label="Close the picture" onClick={onClose}>
        <img src={picture.url} alt={picture.alt} />
      </button>
    </Dialog>
  );
}
