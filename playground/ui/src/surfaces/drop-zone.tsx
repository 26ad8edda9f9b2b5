import { type DragEvent, type ReactNode, useRef, useState } from 'react';

interface DropZoneProps {
  readonly className: string;
  readonly label: string;
  readonly onDrop: (files: readonly File[]) => void;
  readonly children: ReactNode;
}

/** A pane that takes files from the desktop. Files can also be attached by button and paste, so that nobody needs
 *  to drag. */
export function DropZone({ className, label, onDrop, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  // Enter and leave fire for every child that the pointer crosses; the pane is left when they cancel out.
  const depth = useRef(0);
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  const enter = (step: number) => (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current += step;
    setOver(depth.current > 0);
  };
  return (
    <section
      className={className}
      aria-label={label}
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        depth.current = 0;
        setOver(false);
        if (!carriesFiles(event)) return;
        event.preventDefault();
        onDrop([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && <div className="drop-hint">Drop to attach</div>}
    </section>
  );
}
