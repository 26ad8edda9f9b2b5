import { isFields } from '../blocks/rules.ts';
import { presentFile } from '../present.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { StoredFile } from '../types.ts';
import { author } from './chat.ts';
import { type Arguments, type Backend, blocksOf, joinedChannelOf, type Methods, threadOf } from './method.ts';

/** Uploads in three steps (address, bytes, completion), and what became of them. */
export const fileMethods: Methods = {
  'files.getUploadURLExternal': {
    scopes: ['files:write'],
    tier: 'tier4',
    run: (args, { files, workspace }) => {
      const name = args.required('filename');
      const size = args.integer('length', 0);
      if (size <= 0) throw refusal('invalid_arguments', ['must be greater than 0 [json-pointer:/length]']);
      // The documentation says `alt_txt`, Slack's own client sends `alt_text`.
      const alt = args.text('alt_txt') || args.text('alt_text');
      const file = files.begin({ user: workspace.app.bot_user_id, name, size, ...(alt && { alt_txt: alt }) });
      return { upload_url: files.issueUploadAddress(file), file_id: file.id };
    },
  },
  'files.completeUploadExternal': {
    scopes: ['files:write'],
    tier: 'tier4',
    run: (args, backend) => {
      const uploaded = uploadedFiles(args, backend);
      const share = shareOf(args, backend);
      for (const { file, title } of uploaded) {
        file.state = 'completed';
        if (title) file.title = title;
      }
      let waiting = uploaded.length;
      for (const { file } of uploaded) {
        backend.files.processLater(file, () => {
          waiting -= 1;
          if (waiting === 0) share?.(uploaded.map((upload) => upload.file.id));
        });
      }
      return { files: uploaded.map(({ file }) => presentFile(backend.workspace, file)) };
    },
  },
  'files.info': {
    scopes: ['files:read'],
    tier: 'tier4',
    run: (args, { files, workspace }) => ({
      file: presentFile(workspace, files.get(args.required('file', 'file_not_found'))),
      comments: [],
      content: null,
      is_truncated: false,
    }),
  },
  'files.delete': {
    scopes: ['files:write'],
    tier: 'tier3',
    run: async (args, { files, workspace }) => {
      const file = files.get(args.required('file', 'file_not_found'));
      if (file.user !== workspace.app.bot_user_id) throw new SlackError('cant_delete_file');
      await files.delete(file);
      return {};
    },
  },
};

function uploadedFiles(args: Arguments, { files }: Backend): { file: StoredFile; title: string }[] {
  const entries = args.json('files');
  if (!Array.isArray(entries) || entries.length === 0) {
    throw refusal('invalid_arguments', ['missing required field: files']);
  }
  return entries.filter(isFields).map((entry) => {
    const file = files.get(String(entry.id ?? ''));
    if (file.state !== 'uploaded') throw new SlackError('file_already_completed');
    return { file, title: typeof entry.title === 'string' ? entry.title : '' };
  });
}

/** How the files will be posted once they are processed; undefined when they stay private to the app. */
function shareOf(args: Arguments, backend: Backend): ((fileIds: string[]) => void) | undefined {
  if (!args.has('channel_id')) return undefined;
  const channel = joinedChannelOf(args, backend, 'channel_id');
  const threadTs = threadOf(args, backend, channel);
  const blocks = blocksOf(args, backend);
  const text = args.text('initial_comment');
  return (fileIds) => {
    backend.messaging.post({
      ...author(backend),
      subtype: 'file_share',
      channel: channel.id,
      text,
      ...(threadTs && { thread_ts: threadTs }),
      ...(blocks && { blocks }),
      file_ids: fileIds,
    });
  };
}
