import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { homeView } from '../src/slack/cards/home-view.ts';
import type { HandlerDeps } from './deps.ts';

type Args = AllMiddlewareArgs & SlackEventMiddlewareArgs<'app_home_opened'>;

/** So many of the workspace's newest runs are looked through, and so many of the person's own are shown. */
const MOST_LOOKED_THROUGH = 200;
const MOST_SHOWN = 20;

/** App Home: the person's runs; in the messages tab, what one may say. */
export const handleAppHomeOpened =
  (deps: HandlerDeps) =>
  async ({ event, context }: Args) => {
    if (event.tab === 'messages') {
      await deps.interactive.assistant.threads.setSuggestedPrompts({
        channel_id: event.channel,
        prompts: [
          { title: 'Train a model', message: 'Train a model to predict … (attach your data)' },
          { title: 'Improve a model', message: 'Our model has 85% accuracy and we need 90%' },
          { title: 'What can you do?', message: 'help' },
        ],
      });
      return;
    }
    const runs = await runsOf(deps, event.user, context.teamId ?? '');
    const rows = await Promise.all(
      runs.map(async (entry) => ({ ...entry, report: await deps.story.reports.find(entry.run.id) })),
    );
    await deps.interactive.views.publish({ user_id: event.user, view: homeView(rows) });
  };

/** The runs that the person asked for or approved, newest first, with their plans. */
async function runsOf({ story }: HandlerDeps, user: string, team: string) {
  const runs = await story.runs.ofTeam(team, MOST_LOOKED_THROUGH);
  const known = await Promise.all(
    runs.map(async (run) => ({
      run,
      record: await story.plans.find(run.id),
      thread: await story.threads.find(run.threadId),
    })),
  );
  const isTheirs = ({ record, thread }: (typeof known)[number]) =>
    thread?.owner === user || record?.decision?.by === user;
  return known.filter(isTheirs).slice(0, MOST_SHOWN);
}
