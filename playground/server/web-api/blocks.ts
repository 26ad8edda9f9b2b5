import { checkBlocks, checkView } from '../blocks/check.ts';
import { isFields } from '../blocks/rules.ts';
import { SlackError } from '../slack-error.ts';
import type { Methods } from './method.ts';

/** The check of Block Kit without posting anything. */
export const blockMethods: Methods = {
  'blocks.validate': {
    tier: 'tier4',
    run: (args, { files }) => {
      const ready = (reference: Record<string, unknown>) => files.pictureIsReady(reference);
      const message = args.json('message');
      const blocks = args.json('blocks') ?? (isFields(message) ? message.blocks : undefined);
      const view = args.json('view');
      if (blocks === undefined && view === undefined) throw new SlackError('invalid_arguments');
      const problems = view === undefined ? checkBlocks(blocks, 'message', ready) : checkView(view, ready);
      if (problems.length === 0) return {};
      throw new SlackError('invalid_blocks', {
        errors: problems.map(({ message: sentence, pointer }) => ({
          code: 'invalid_block',
          message: sentence,
          pointer,
        })),
      });
    },
  },
};
