import type { App, BlockAction, ButtonAction } from '@slack/bolt';

/** A small bot that asks, proposes and waits for an approval, as Modelwright does: enough to try the whole page. */
export function registerPlanApp(app: App): void {
  app.event('app_mention', async ({ event, client, say }) => {
    await client.assistant.threads.setStatus({
      channel_id: event.channel,
      thread_ts: event.ts,
      status: 'is reading…',
    });
    const files = 'files' in event && Array.isArray(event.files) ? event.files.length : 0;
    await say({
      thread_ts: event.ts,
      text: 'A question',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `I read *${files} files*. What is the target?` } },
        { type: 'actions', elements: [button('ask', 'Answer'), button('why', 'Why?')] },
      ],
    });
  });

  app.action('why', async ({ ack, body, client }) => {
    await ack();
    const { channel, message } = body as BlockAction;
    await client.chat.postEphemeral({
      channel: channel?.id ?? '',
      user: body.user.id,
      thread_ts: message?.thread_ts ?? '',
      text: 'A model needs something to predict.',
    });
  });

  app.action('ask', async ({ ack, body, client }) => {
    await ack();
    const { channel, message, trigger_id } = body as BlockAction<ButtonAction>;
    await client.views.open({
      trigger_id,
      view: {
        type: 'modal',
        callback_id: 'answers',
        private_metadata: JSON.stringify({ channel: channel?.id, ts: message?.ts }),
        title: { type: 'plain_text', text: 'One question' },
        submit: { type: 'plain_text', text: 'Propose' },
        blocks: [
          {
            type: 'input',
            block_id: 'target',
            label: { type: 'plain_text', text: 'Target column' },
            element: { type: 'plain_text_input', action_id: 'name' },
          },
          {
            type: 'input',
            block_id: 'metric',
            label: { type: 'plain_text', text: 'Metric' },
            element: {
              type: 'static_select',
              action_id: 'choice',
              options: [option('auc', 'AUC'), option('f1', 'F1')],
              initial_option: option('auc', 'AUC'),
            },
          },
        ],
      },
    });
  });

  app.view('answers', async ({ ack, view, client }) => {
    const target = view.state.values.target.name.value;
    const metric = view.state.values.metric.choice.selected_option?.value;
    if (target !== 'churn') {
      await ack({ response_action: 'errors', errors: { target: `There is no column ${target}.` } });
      return;
    }
    await ack();
    const { channel, ts } = JSON.parse(view.private_metadata) as { channel: string; ts: string };
    await client.chat.update({
      channel,
      ts,
      text: 'A plan',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: `Plan: predict ${target} by ${metric}` } },
        {
          type: 'actions',
          elements: [
            {
              ...button('approve', 'Approve'),
              style: 'primary',
              confirm: {
                title: { type: 'plain_text', text: 'Start training?' },
                text: { type: 'plain_text', text: 'About one minute.' },
                confirm: { type: 'plain_text', text: 'Start' },
                deny: { type: 'plain_text', text: 'Not yet' },
              },
            },
          ],
        },
      ],
    });
  });

  app.action('approve', async ({ ack, body, client }) => {
    await ack();
    const { channel, message } = body as BlockAction;
    await client.chat.update({
      channel: channel?.id ?? '',
      ts: message?.ts ?? '',
      text: 'Approved',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `Approved by <@${body.user.id}>` } }],
    });
  });
}

function button(actionId: string, text: string) {
  return { type: 'button', action_id: actionId, value: 'v', text: { type: 'plain_text', text } } as const;
}

function option(value: string, text: string) {
  return { value, text: { type: 'plain_text', text } } as const;
}
