import { expect, test } from 'vitest';
import { button, connected } from './support.ts';

const LABEL = { type: 'plain_text' as const, text: 'Label' };

function modal(callbackId: string, blocks: Record<string, unknown>[], more: Record<string, unknown> = {}) {
  return {
    type: 'modal' as const,
    callback_id: callbackId,
    title: LABEL,
    submit: LABEL,
    blocks: blocks as never[],
    ...more,
  };
}

function input(blockId: string, element: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return {
    type: 'input',
    block_id: blockId,
    label: LABEL,
    element: { action_id: 'value', ...element },
    ...more,
  };
}

/** An app whose button `open` opens the given modal, and a person's press of it. */
async function withModal(view: ReturnType<typeof modal>, listen: Parameters<typeof connected>[0] = () => {}) {
  const running = await connected((app) => {
    app.action('open', async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: 'trigger_id' in body ? String(body.trigger_id) : '', view });
    });
    listen(app);
  });
  const { driver, app } = running;
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0CHURN',
    text: 'open',
    blocks: [{ type: 'actions', elements: [button('open') as never] }],
  });
  await driver.click({ user: 'ana', channel: 'C0CHURN', ts: ts ?? '', actionId: 'open' });
  return { ...running, view: await driver.waitForModal('ana') };
}

test('the form refuses what Slack would not send, and the app hears nothing of it', async () => {
  const blocks = [
    input('goal', { type: 'plain_text_input', min_length: 3, max_length: 5 }),
    input('trials', { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '50' }),
    input('mail', { type: 'email_text_input' }, { optional: true }),
  ];
  const { driver, view } = await withModal(modal('plan', blocks));
  const submit = (values: Record<string, unknown>) =>
    driver.submitModal({ user: 'ana', viewId: view.id, values });
  expect(await submit({})).toEqual({
    outcome: 'errors',
    errors: { goal: 'Please complete this required field.', trials: 'Please complete this required field.' },
  });
  expect(await submit({ goal: 'ab', trials: '51', mail: 'nobody' })).toEqual({
    outcome: 'errors',
    errors: {
      goal: 'Please enter at least 3 characters.',
      trials: 'Please enter a number of at most 50.',
      mail: 'Please enter a valid email address.',
    },
  });
  expect(await submit({ goal: 'abcdef', trials: '1.5' })).toMatchObject({
    errors: { goal: 'Please enter at most 5 characters.', trials: 'Please enter a whole number.' },
  });
  await expect(submit({ nonsense: 'x' })).rejects.toThrow('no input in a block "nonsense"');
  expect(driver.ackTimes.filter((a) => a.name === 'plan')).toEqual([]);
});

test('a submission carries every value in its place, and initial values where nothing was touched', async () => {
  const options = ['auc', 'f1'].map((value) => ({ text: { type: 'plain_text', text: value }, value }));
  let values: Record<string, unknown> = {};
  const blocks = [
    input('metric', { type: 'static_select', options, initial_option: options[0] }),
    input('also', { type: 'checkboxes', options }),
    input('due', { type: 'datepicker' }),
    input('who', { type: 'multi_users_select' }),
    input('data', { type: 'file_input', filetypes: ['csv'] }),
    { type: 'actions', block_id: 'row', elements: [{ type: 'timepicker', action_id: 'at' }, button('noop')] },
  ];
  const { driver, view } = await withModal(modal('all', blocks), (app) => {
    app.view('all', async ({ ack, view: sent }) => {
      values = sent.state.values;
      await ack();
    });
  });
  const picture = await driver.upload({ user: 'ana', name: 'x.png', bytes: 'png' });
  const table = await driver.upload({ user: 'ana', name: 'x.csv', bytes: 'a,b\n' });
  const filled = { also: ['f1'], due: '2026-10-01', who: ['U0BEN'], row: { at: '10:30' } };
  const submit = (data: string) =>
    driver.submitModal({ user: 'ana', viewId: view.id, values: { ...filled, data: [data] } });
  expect(await submit(picture.id)).toMatchObject({ errors: { data: 'Please choose files of type csv.' } });
  const done = await submit(table.id);
  expect(done.outcome).toBe('closed');
  expect(driver.modalOf('ana')).toBeUndefined();
  expect(values).toMatchObject({
    metric: { value: { type: 'static_select', selected_option: { value: 'auc' } } },
    also: { value: { type: 'checkboxes', selected_options: [{ value: 'f1' }] } },
    due: { value: { type: 'datepicker', selected_date: '2026-10-01' } },
    who: { value: { type: 'multi_users_select', selected_users: ['U0BEN'] } },
    data: { value: { type: 'file_input', files: [{ id: table.id, name: 'x.csv' }] } },
    row: { at: { type: 'timepicker', selected_time: '10:30' } },
  });
});

test("the app's errors keep the modal open", async () => {
  const { driver, view } = await withModal(modal('m', [input('x', { type: 'plain_text_input' })]), (app) => {
    app.view('m', ({ ack }) => ack({ response_action: 'errors', errors: { x: 'No such column.' } }));
  });
  const answer = await driver.submitModal({ user: 'ana', viewId: view.id, values: { x: 'churn' } });
  expect(answer).toMatchObject({ outcome: 'errors', errors: { x: 'No such column.' } });
  expect(driver.modalOf('ana')?.id).toBe(view.id);
});

test('an answer can replace the modal, stack another on it, and clear them all', async () => {
  const { driver, view } = await withModal(modal('first', [{ type: 'divider' }]), (app) => {
    app.view('first', ({ ack }) =>
      ack({ response_action: 'update', view: modal('second', [{ type: 'divider' }]) }),
    );
    app.view('second', ({ ack }) =>
      ack({ response_action: 'push', view: modal('third', [{ type: 'divider' }]) }),
    );
    app.view('third', ({ ack }) => ack({ response_action: 'clear' }));
  });
  const submitTop = () =>
    driver.submitModal({ user: 'ana', viewId: driver.modalOf('ana')?.id ?? '', values: {} });
  expect((await submitTop()).outcome).toBe('updated');
  expect(driver.modalOf('ana')).toMatchObject({ id: view.id, callback_id: 'second' });
  expect((await submitTop()).outcome).toBe('pushed');
  expect(driver.modalOf('ana')).toMatchObject({
    callback_id: 'third',
    root_view_id: view.id,
    previous_view_id: view.id,
  });
  expect((await submitTop()).outcome).toBe('closed');
  expect(driver.modalOf('ana')).toBeUndefined();
});

test('closing a modal is told to the app when it asked for it', async () => {
  const closed: string[] = [];
  const { driver, view } = await withModal(
    modal('m', [{ type: 'divider' }], { notify_on_close: true }),
    (app) => {
      app.view({ callback_id: 'm', type: 'view_closed' }, async ({ ack, body }) => {
        closed.push(body.view.id);
        await ack();
      });
    },
  );
  driver.closeModal({ user: 'ana', viewId: view.id });
  await expect.poll(() => closed).toEqual([view.id]);
});

test('an app that does not answer a submission leaves the modal open', async () => {
  const running = await connected(undefined, { ackTimeoutMs: 40 });
  const { driver, app } = running;
  app.action('open', async ({ ack, client, body }) => {
    await ack();
    const trigger_id = 'trigger_id' in body ? String(body.trigger_id) : '';
    await client.views.open({ trigger_id, view: modal('silent', [{ type: 'divider' }]) });
  });
  app.view('silent', async () => {});
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0CHURN',
    text: 'open',
    blocks: [{ type: 'actions', elements: [button('open') as never] }],
  });
  await driver.click({ user: 'ana', channel: 'C0CHURN', ts: ts ?? '', actionId: 'open' });
  const view = await driver.waitForModal('ana', { callbackId: 'silent' });
  expect(await driver.submitModal({ user: 'ana', viewId: view.id, values: {} })).toEqual({
    outcome: 'timeout',
  });
  expect(driver.modalOf('ana')?.id).toBe(view.id);
});

test('a trigger opens one modal, within three seconds', async () => {
  let trigger = '';
  const { driver, app } = await connected((bolt) => {
    bolt.action('go', async ({ ack, body }) => {
      trigger = 'trigger_id' in body ? String(body.trigger_id) : '';
      await ack();
    });
  });
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0CHURN',
    text: 'go',
    blocks: [{ type: 'actions', elements: [button('go') as never] }],
  });
  const press = () => driver.click({ user: 'ana', channel: 'C0CHURN', ts: ts ?? '', actionId: 'go' });
  const open = () => app.client.views.open({ trigger_id: trigger, view: modal('m', [{ type: 'divider' }]) });
  await press();
  await open();
  await expect(open()).rejects.toThrow('exchanged_trigger_id');
  await press();
  await new Promise((resolve) => setTimeout(resolve, 3_050));
  await expect(open()).rejects.toThrow('expired_trigger_id');
  trigger = 'made-up';
  await expect(open()).rejects.toThrow('invalid_trigger_id');
});

test('views.update refuses an old hash, and views.push the fourth modal', async () => {
  let trigger = '';
  const blocks = [{ type: 'actions', elements: [button('deeper')] }];
  const { driver, app, view } = await withModal(modal('m', blocks), (bolt) => {
    bolt.action('deeper', async ({ ack, body }) => {
      trigger = 'trigger_id' in body ? String(body.trigger_id) : '';
      await ack();
    });
  });
  const next = modal('n', blocks);
  await app.client.views.update({ view_id: view.id, hash: view.hash, view: next });
  await expect(app.client.views.update({ view_id: view.id, hash: view.hash, view: next })).rejects.toThrow(
    'hash_conflict',
  );
  await expect(app.client.views.update({ view_id: 'V0', view: next })).rejects.toThrow('not_found');
  const push = async () => {
    await driver.click({ user: 'ana', viewId: driver.modalOf('ana')?.id ?? '', actionId: 'deeper' });
    return app.client.views.push({ trigger_id: trigger, view: next });
  };
  await push();
  await push();
  await expect(push()).rejects.toThrow('push_limit_reached');
});

test('a modal that Slack would refuse is refused with pointers', async () => {
  const { app } = await connected();
  const view = modal('m', [input('x', { type: 'plain_text_input', max_length: 5000 })], {
    title: { type: 'plain_text', text: 'A title that is far too long' },
    submit: undefined,
  });
  await expect(app.client.views.open({ trigger_id: 'any', view })).rejects.toMatchObject({
    data: {
      error: 'invalid_arguments',
      response_metadata: {
        messages: [
          '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
          '[ERROR] must be less than or equal to 3000 [json-pointer:/view/blocks/0/element/max_length]',
          '[ERROR] missing required field: submit [json-pointer:/view]',
        ],
      },
    },
  });
});

test('an external select asks the app for its options', async () => {
  const block = {
    type: 'section',
    block_id: 'b',
    text: { type: 'mrkdwn', text: 'Column' },
    accessory: { type: 'external_select', action_id: 'column' },
  };
  const { driver, view } = await withModal(modal('m', [block]), (app) => {
    app.options('column', async ({ ack, payload }) => {
      await ack({
        options: [{ text: { type: 'plain_text', text: `${payload.value}!` }, value: payload.value }],
      });
    });
  });
  const options = await driver.options({ user: 'ana', viewId: view.id, actionId: 'column' }, 'chu');
  expect(options).toEqual([{ text: { type: 'plain_text', text: 'chu!' }, value: 'chu' }]);
});
