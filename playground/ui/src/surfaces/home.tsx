import { useEffect } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { SurfaceProvider, useInputs } from '../elements/surface.tsx';
import { useDirectory } from '../workspace/directory.tsx';
import { acts, type View } from '../workspace/page-api.ts';

/** The app's home tab for the person who acts: the app fills it when it hears that somebody looks at it. */
export function Home({ appName, view }: { appName: string; view: View | undefined }) {
  const { actor, complain } = useDirectory();
  const inputs = useInputs();

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per visit, whatever `complain` is
  useEffect(() => {
    acts.openHome({ user: actor.id, tab: 'home' }).catch((error: Error) => complain(error.message));
  }, [actor.id]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="home" aria-label={`${appName} Home`} tabIndex={0}>
      {view ? (
        <SurfaceProvider target={{ view_id: view.id }} blocks={view.blocks} inputs={inputs}>
          <Blocks blocks={view.blocks} />
        </SurfaceProvider>
      ) : (
        <p className="placeholder">{appName} has not published a home for you yet.</p>
      )}
    </section>
  );
}
