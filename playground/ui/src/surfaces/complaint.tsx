import { useEffect, useRef } from 'react';

const SHOWN_MS = 8_000;

interface ComplaintProps {
  /** Empty while there is nothing to complain about. */
  readonly sentence: string;
  readonly onDone: () => void;
}

/** Says for some seconds what did not work. A popover, because it must stand above an open dialog. */
export function Complaint({ sentence, onDone }: ComplaintProps) {
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = box.current;
    if (sentence === '' || !element) return;
    element.showPopover();
    const timer = setTimeout(onDone, SHOWN_MS);
    return () => {
      clearTimeout(timer);
      element.hidePopover();
    };
  }, [sentence, onDone]);

  return (
    <div ref={box} className="complaint" role="alert" popover="manual">
      {sentence}
    </div>
  );
}
