/** The door of the bot: Slack, the worker in the same process and, without Slack credentials, the local workspace. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, type Logger } from '@slack/bolt';
import { listen } from '../handlers/index.ts';
import { startBotJobs } from '../jobs/index.ts';
import { type RunningWorkspace, startWorkspace } from '../playground/server/server.ts';
import { type Config, loadConfig } from './config.ts';
import { createDataDesk, createFetch, createSpecialist, openDesk, openFoundations } from './deps.ts';
import { runDoor } from './door.ts';
import { createLogger } from './log.ts';
import { readManifest } from './manifest.ts';
import type { PlanRecord } from './plan/plan.ts';
import { clientOptions, createClients } from './slack/clients.ts';
import { DurableReceiver } from './slack/durable-receiver.ts';
import { openLiveVoice } from './slack/live-voice.ts';
import { Outbox } from './slack/outbox.ts';
import { People } from './slack/people.ts';
import { PictureUploads } from './slack/pictures.ts';
import { watchRuns } from './slack/run-watch.ts';
import { createSpeaker, refreshPlan } from './slack/speaker.ts';
import { startWorkerIn } from './worker.ts';

/** How long an event is known by its id. Slack sends an event again for minutes, not days. */
const INBOX_HOURS = 24;

export interface RunningApp {
  /** The local workspace, or null where a real one is connected. */
  readonly workspace: RunningWorkspace | null;
  /** Stops taking events and jobs, gives unfinished jobs back, lets go of everything. */
  close(): Promise<void>;
}

export async function startApp(config: Config, log: Logger): Promise<RunningApp> {
  const workspace = config.slack
    ? null
    : await startWorkspace({
        ...(await readManifest()),
        port: config.port,
        stateFile: join(config.home, 'workspace.json'),
      });
  const { botToken, appToken, apiUrl } = config.slack ?? { ...workspaceTokens(workspace) };
  const closing: (() => Promise<void>)[] = workspace ? [() => workspace.close()] : [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const foundations = await openFoundations(config, log);
    closing.push(() => foundations.close());
    const desk = openDesk(config);
    closing.push(() => desk.close());
    const { story, store, queue } = foundations;

    const clientConfig = { slackApiUrl: apiUrl, logger: log };
    const clients = createClients(botToken, clientConfig);
    const outbox = new Outbox(clients.background, store.posts);
    const speaker = createSpeaker(outbox, new PictureUploads(clients.background, store.posts), desk.painter);
    const identity = await clients.background.auth.test();
    const receiver = new DurableReceiver(store.inbox, {
      appToken,
      logger: log,
      installerOptions: { clientOptions: clientOptions(clientConfig, 'background') },
    });
    const app = new App({
      token: botToken,
      receiver,
      logger: log,
      clientOptions: clientOptions(clientConfig, 'interactive'),
      convoStore: false,
      extendedErrorHandler: true,
    });
    const { policy } = config;
    const botUserId = identity.user_id as string;
    listen(app, {
      story,
      specialist: await createSpecialist(config, foundations, log),
      speaker,
      desk: createDataDesk(foundations, desk),
      openVoice: (place, user) => openLiveVoice(clients.interactive, place, { user, team: place.team }, log),
      usage: store.usage,
      outbox,
      policy,
      people: new People(clients.interactive),
      interactive: clients.interactive,
      botUserId,
      log,
    });

    const board = await watchRuns(queue, story, outbox, clients.background, log);
    closing.push(() => board.close());
    const fetch = createFetch(config, { clients, token: botToken, apiUrl });
    const planChanged = (record: PlanRecord) => refreshPlan(outbox, record);
    const { reader } = desk;
    await startBotJobs(queue, { story, speaker, reader, fetch, runEnded: board.runEnded, planChanged }, log);
    await startWorkerIn(foundations, desk, config, log, closing);

    await store.inbox.forgetOlderThan(INBOX_HOURS);
    const forgetting = setInterval(() => {
      store.inbox
        .forgetOlderThan(INBOX_HOURS)
        .catch((error: unknown) => log.warn('the inbox was not cleared', error));
    }, INBOX_HOURS * 3_600_000);
    closing.push(async () => clearInterval(forgetting));

    const replayed = await receiver.replayPending();
    if (replayed > 0) log.info(`picked up ${replayed} events that an earlier process did not finish`);
    await app.start();
    closing.push(() => receiver.drain());
    log.info(`connected to ${identity.team} as ${identity.user}`);
    return { workspace, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function workspaceTokens(workspace: RunningWorkspace | null) {
  const { botToken, appToken, apiUrl } = workspace as RunningWorkspace;
  return { botToken, appToken, apiUrl };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const config = loadConfig();
  const log = createLogger(config.logLevel);
  await runDoor(log, async () => {
    const app = await startApp(config, log);
    if (app.workspace) {
      process.stdout.write(
        `\nModelwright is ready at ${app.workspace.url}\nDrop a CSV into a channel there and mention @Modelwright. Stop with Ctrl-C.\n\n`,
      );
    }
    return app;
  });
}
