import { useDirectory } from '../workspace/directory.tsx';
import type { User } from '../workspace/page-api.ts';
import { hasSampleData, loadSampleData } from './sample-data.ts';

interface FirstStepsProps {
  readonly bot: User;
  /** In the app's direct message everything is for the app, so nobody needs to mention it. */
  readonly isDirect: boolean;
  readonly onTry: (text: string, files: readonly File[]) => void;
}

/** What a new person sees in an empty conversation: what to do, and a button that prepares it. */
export function FirstSteps({ bot, isDirect, onTry }: FirstStepsProps) {
  const { complain } = useDirectory();
  const address = isDirect ? '' : `@${bot.name} `;
  const trySample = async () => {
    try {
      onTry(`${address}train a model to predict churn`, [await loadSampleData()]);
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section className="first-steps" aria-label="First steps">
      <h3>Train your first model here</h3>
      <ol>
        <li>
          <strong>Drop a data set</strong> into this conversation: CSV, TSV, JSON Lines or Parquet.
        </li>
        <li>
          {isDirect ? (
            <strong>Say what you want</strong>
          ) : (
            <>
              <strong>Mention @{bot.real_name}</strong> and say what you want
            </>
          )}
          : “train a model to predict churn”.
        </li>
        <li>
          <strong>Answer its questions</strong>, read the plan, and press Approve. For a second opinion, act
          as another person: the names are in the sidebar.
        </li>
      </ol>
      <div className="actions">
        {hasSampleData && (
          <button type="button" className="button button-primary" onClick={() => void trySample()}>
            Try it with a sample: telco_churn.csv
          </button>
        )}
        <button type="button" className="button" onClick={() => onTry(`${address}help`, [])}>
          Ask what it can do
        </button>
      </div>
    </section>
  );
}
