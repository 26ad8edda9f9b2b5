import { SlackError } from '../slack-error.ts';
import type { Trigger } from '../triggers.ts';
import type { Arguments, Backend, Methods } from './method.ts';

/** Modals and App Homes. */
export const viewMethods: Methods = {
  'views.open': {
    tier: 'tier4',
    run: (args, backend) => ({ view: backend.views.open(viewOf(args), redeemer(args, backend)) }),
  },
  'views.push': {
    tier: 'tier4',
    run: (args, backend) => ({ view: backend.views.push(viewOf(args), redeemer(args, backend)) }),
  },
  'views.update': {
    tier: 'tier4',
    run: (args, { views }) => {
      const target = {
        ...(args.has('view_id') && { viewId: args.text('view_id') }),
        ...(args.has('external_id') && { externalId: args.text('external_id') }),
        ...(args.has('hash') && { hash: args.text('hash') }),
      };
      return { view: views.update(target, viewOf(args)) };
    },
  },
  'views.publish': {
    tier: 'tier4',
    run: (args, { views }) => ({
      view: views.publish(args.required('user_id'), viewOf(args), args.text('hash') || undefined),
    }),
  },
};

function viewOf(args: Arguments): unknown {
  return args.json('view') ?? {};
}

/** The trigger is used up only after the view was found good, as in Slack. */
function redeemer(args: Arguments, { triggers }: Backend): () => Trigger {
  const id = args.text('trigger_id') || args.text('interactivity_pointer');
  return () => {
    if (!id) throw new SlackError('invalid_trigger_id');
    return triggers.redeem(id);
  };
}
