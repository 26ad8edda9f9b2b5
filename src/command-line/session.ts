/** The story on the command line: the same jobs over the same store, in memory, with one person who is asked nothing. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { DataReader } from '../../jobs/data-reader.ts';
import { propose } from '../../jobs/propose.ts';
import { run } from '../../jobs/run.ts';
import { keepTables } from '../../jobs/tables.ts';
import type { Config } from '../config.ts';
import { openDesk, openEngine, openFoundations } from '../deps.ts';
import { ModelwrightError } from '../errors/errors.ts';
import { createLogger } from '../log.ts';
import { DEFAULTS } from '../plan/defaults.ts';
import { planHash, planId } from '../plan/identity.ts';
import type { Plan, PlanRecord } from '../plan/plan.ts';
import { formatPlanFile } from '../plan/plan-file.ts';
import type { TargetProfile } from '../profile/profile.ts';
import { familyLabel, formatScore, formatSeconds, withinSentence } from '../report/format.ts';
import type { Report } from '../report/report.ts';
import { type RequirementsChange, wantsForecast } from '../requirements/requirements.ts';
import { isReadingTexts, type RunProgress } from '../run/progress.ts';
import { datasetArtifact, modelArtifact } from '../thread/artifact-names.ts';
import { readEvidence } from '../thread/chapter.ts';
import { threadPlace } from '../thread/events.ts';
import { threadState } from '../thread/state.ts';
import { versions } from '../versions.ts';
import { writeChapters } from './chapter-files.ts';
import { MAX_BYTES, type ReadFile } from './read-data.ts';

export interface Trained {
  readonly report: Report;
  readonly modelDir: string;
}

export interface CommandLine {
  /** Makes a plan as the conversation would, with every suspicious column treated as suggested. */
  plan(data: ReadFile, target: TargetProfile, requirements: RequirementsChange): Promise<PlanRecord>;
  /** Takes a stored plan as it is. */
  adopt(plan: Plan, data: ReadFile): Promise<PlanRecord>;
  /** Takes over a run of an earlier command, for a plan that goes on from it (`startsFrom` its number). */
  recall(plan: Plan, report: Report): Promise<void>;
  /** @returns the path of the plan file in `outDir`. */
  writePlan(record: PlanRecord, dataPath: string, outDir: string): Promise<string>;
  /** Runs the plan and writes model, report, its chapters and all pictures to `outDir`.
   *  @param hardStop whether the plan's wall-clock budget ends the run. */
  train(record: PlanRecord, outDir: string, hardStop: boolean): Promise<Trained>;
  close(): Promise<void>;
}

const TEAM = 'LOCAL';

/** Of a budget, what the run has at least, however long reading and measuring the data take. */
const LEAST_RUN_SHARE = 0.5;
/** Drawing pictures and writing chapters, which come after the run. */
const CLOSING_SECONDS = 2;

/** A person who gives a command a minute wants it to be over in a minute. */
function budgetLeft(seconds: number): number {
  const left = Math.floor(seconds - process.uptime() - CLOSING_SECONDS);
  return Math.max(Math.ceil(LEAST_RUN_SHARE * seconds), left);
}

/** @param settings how many trials side by side, and where pretrained networks are.
 *  @param tell where progress is written. */
export async function openCommandLine(
  reader: DataReader,
  settings: Pick<Config, 'threads' | 'home' | 'backbone' | 'price'>,
  tell: (text: string) => void,
): Promise<CommandLine> {
  const home = await mkdtemp(join(tmpdir(), 'modelwright-'));
  const { threads } = settings;
  const log = createLogger('warn');
  const place = threadPlace(TEAM, 'COMMAND', '1');
  const config = {
    home,
    threads,
    memoryMb: null,
    artifactsS3: null,
    cacheBytes: 0,
    databaseUrl: null,
    redisUrl: null,
    maxUploadBytes: MAX_BYTES,
  };
  const { story, close: closeFoundations } = await openFoundations(config, log, 'memory');
  const desk = openDesk(config);
  const engine = openEngine({ ...settings, memoryMb: null });
  const user = userName();
  await story.threads.open(place, user);
  let key = 0;

  /** The newest failure that the story wrote down, as an error. */
  async function failure(): Promise<Error> {
    const events = await story.threads.events(place.id);
    const failed = events.findLast((event) => event.kind === 'proposal-failed');
    return new ModelwrightError('PLAN_IMPOSSIBLE', { sentence: failed?.sentence ?? 'no plan could be made' });
  }

  async function approve(record: PlanRecord): Promise<void> {
    const decision = { by: user, at: story.clock.now(), reason: null };
    await story.plans.decide(record.id, record.hash, 'approved', decision);
    await story.runs.create(record.id, place.id, TEAM, story.clock.now());
  }

  async function store(plan: Plan): Promise<PlanRecord> {
    const hash = planHash(plan);
    const version = (await story.plans.ofThread(place.id)).length + 1;
    const record: PlanRecord = {
      id: planId(place.id, version, hash),
      threadId: place.id,
      version,
      hash,
      plan,
      status: 'proposed',
      proposedAt: story.clock.now(),
      decision: null,
    };
    await story.plans.propose(record);
    return record;
  }

  async function remember(data: ReadFile): Promise<void> {
    await story.artifacts.putFile(datasetArtifact(TEAM, data.hash), data.path);
    await story.datasets.save({ team: TEAM, format: 'file', bytes: 0, ...data });
  }

  return {
    async plan(data, target, requirements) {
      await remember(data);
      await story.datasets.saveTargetProfile(TEAM, data.hash, target);
      // A forecast sees no other column but those that are known, and recordings are profiled anew: nothing to decide.
      const isOfRows =
        !requirements.windows && !wantsForecast({ forecast: requirements.forecast ?? null }, target);
      const suspects = isOfRows ? target.suspects : [];
      const columnDecisions = {
        ...Object.fromEntries(suspects.map(({ column, suggestion }) => [column, suggestion])),
        ...requirements.columnDecisions,
      };
      for (const { column, suggestion, evidence } of suspects) {
        tell(`${suggestion === 'drop' ? 'leaving out' : 'keeping'} ${column}: ${evidence}\n`);
      }
      const append = (name: string, event: Parameters<typeof story.threads.append>[2]) =>
        story.threads.append(place.id, `${name}-${key++}`, event);
      await append('profiled', { kind: 'profiled', hash: data.hash, name: data.name, target: target.target });
      await append('wanted', {
        kind: 'requirements-set',
        user,
        requirements: { ...requirements, target: target.target, columnDecisions },
      });
      await append('asked', { kind: 'proposal-requested', user });
      const backend = await engine.describe();
      const deps = {
        story,
        reader,
        threads,
        versions: versions(backend),
        price: settings.price ?? undefined,
        calibrate: engine.calibrate,
        budgetLeft,
      };
      await propose(deps, { threadId: place.id, key: String(key) }, new AbortController().signal);
      const { planId: proposed } = threadState(await story.threads.events(place.id));
      const record = proposed && (await story.plans.find(proposed));
      if (!record) throw await failure();
      const given = requirements.budgetSeconds ?? DEFAULTS.budgetSeconds;
      const { seconds } = record.plan.budget;
      if (seconds < given)
        tell(
          `the run has ${formatSeconds(seconds)} of ${formatSeconds(given)}; the rest is for the data and the report\n`,
        );
      return record;
    },
    async adopt(plan, data) {
      await remember(data);
      return store(plan);
    },
    async recall(plan, report) {
      // Numbers go on where the earlier command ended.
      for (let number = 1; number < report.runNumber; number++) {
        await story.runs.create(`before-${number}`, place.id, TEAM, story.clock.now());
      }
      const record = await store(plan);
      await approve(record);
      await story.reports.save({ ...report, runId: record.id }, { threadId: place.id, team: TEAM });
    },
    async writePlan(record, dataPath, outDir) {
      await mkdir(outDir, { recursive: true });
      const path = join(outDir, 'plan.json');
      await writeFile(path, formatPlanFile(record.plan, resolve(dataPath)));
      return path;
    },
    async train(record, outDir, hardStop) {
      await approve(record);
      const stop = new AbortController();
      const deps = {
        story,
        tables: keepTables(story, reader, 0),
        hardStop,
        warn: (sentence: string) => log.warn(sentence),
        engine: engine.forPlan,
        peakMemoryMb: () => process.resourceUsage().maxRSS / 1024,
      };
      await run(deps, { runId: record.id }, stop.signal, progressTeller(record, tell));
      const report = await story.reports.find(record.id);
      if (!report) {
        const ended = await story.runs.find(record.id);
        throw new ModelwrightError('RUN_WITHOUT_RESULT', { reason: ended?.reason ?? 'no trial finished' });
      }
      const modelDir = join(outDir, 'model');
      await mkdir(modelDir, { recursive: true });
      const prefix = modelArtifact(TEAM, record.id, '');
      for (const name of await story.artifacts.list(prefix)) {
        await writeFile(join(modelDir, name.slice(prefix.length)), (await story.artifacts.get(name)) ?? '');
      }
      await writeFile(join(outDir, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
      for (const picture of await desk.painter.report(report)) {
        await writeFile(join(outDir, picture.fileName), picture.png);
      }
      const evidence = await readEvidence(story, TEAM, record.id);
      await writeFile(join(outDir, 'evidence.json'), JSON.stringify(evidence));
      const { costs } = record.plan.experiment;
      await writeChapters({ report, evidence, ...(costs && { costs }) }, desk.painter, outDir);
      return { report, modelDir };
    },
    async close() {
      await Promise.all([engine.close(), desk.close()]);
      await closeFoundations();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The user's name, where the system knows one: in a container it need not. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'command line';
  }
}

/** One line per finished trial. */
function progressTeller(record: PlanRecord, tell: (text: string) => void): (progress: RunProgress) => void {
  const { task, metric } = record.plan.experiment;
  let told = -1;
  return (progress) => {
    if (progress.trialsFinished === told || progress.state !== 'running') return;
    told = progress.trialsFinished;
    const best = progress.best
      ? `best ${formatScore(metric, progress.best.score)} (${withinSentence(familyLabel(progress.best.family, task))})`
      : isReadingTexts(progress, record.plan)
        ? 'reading the texts'
        : 'no score yet';
    tell(`${formatSeconds(progress.elapsedSeconds)}: ${told} of ${progress.trialsPlanned} trials, ${best}\n`);
  };
}
