import type { Prompts } from '../workspace/page-api.ts';

/** The app's suggestions of what to say; a press writes one into the composer. */
export function PromptChips({ prompts, onChoose }: { prompts: Prompts; onChoose: (text: string) => void }) {
  return (
    <section className="prompts" aria-label={prompts.title ?? 'Suggestions'}>
      {prompts.prompts.map(({ title, message }) => (
        <button key={title} type="button" className="chip" onClick={() => onChoose(message)}>
          {title}
        </button>
      ))}
    </section>
  );
}
