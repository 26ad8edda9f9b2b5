import type { SlackCommandMiddlewareArgs } from '@slack/bolt';
import { whyNotTakePart } from '../src/plan/who-may-approve.ts';
import { usageSentences } from '../src/thread/usage.ts';
import type { HandlerDeps } from './deps.ts';

const HELP =
  '`/modelwright usage` says what the language model has cost this month. For everything else mention me with a data set.';

/** `/modelwright`: answered to the person alone. */
export const handleCommand =
  (deps: HandlerDeps) =>
  async ({ ack, command, respond }: SlackCommandMiddlewareArgs) => {
    await ack();
    const refusal = whyNotTakePart(await deps.people.find(command.user_id, command.team_id));
    const said =
      refusal ??
      (/^\s*usage\b/i.test(command.text)
        ? await usageSentences(deps.usage, deps.story.clock.now(), command.team_id, command.user_id)
        : HELP);
    await respond({ response_type: 'ephemeral', text: said });
  };
