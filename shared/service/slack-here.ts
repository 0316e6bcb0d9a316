import { existsSync } from 'node:fs';
import { lineOf } from '../collect/live/index.ts';
import { isRunId } from '../history/index.ts';
import {
  createSender,
  previewCriticals,
  previewRun,
  previewText,
  testRoutes,
} from '../notify/index.ts';
import { defaultPolicy, type Policy } from '../policy/index.ts';
import { isReport, type Report } from '../report/index.ts';
import { InputError } from '../audit/input-error.ts';
import { readRegularFile } from '../audit/regular-file.ts';
import { readSlackSettings } from './settings.ts';
import type { AppContext } from './app-context.ts';
import { savedRuns } from './service.ts';
import { routesOf } from './slack-routes.ts';

/** One message of a run: as people would see it, and as Slack would get it. */
export interface ShownMessage {
  readonly channel: string;
  /** `critical`: what a critical of a first run would look like, had it come later. */
  readonly how: 'post' | 'reply' | 'edit' | 'critical';
  /** Of a reply: which of the messages it stands under. */
  readonly under?: number;
  readonly text: string;
  readonly message: object;
}

export interface PreviewOptions {
  readonly now: Report;
  /** The run before it; without one the messages are those of a first run. */
  readonly before?: Report;
  readonly policy?: Policy;
}

/** The messages of a run; nobody is asked or told. @throws {InputError} for settings that are wrong. */
export async function previewHere(
  { env }: AppContext,
  options: PreviewOptions,
): Promise<readonly ShownMessage[]> {
  const { now, before, policy = defaultPolicy } = options;
  if (before !== undefined && before.run.startedAt > now.run.startedAt)
    throw new InputError(
      `--since is a later run (${before.run.id}) than the one to show (${now.run.id}): swap them`,
    );
  const { slack, reportUrl } = readSlackSettings(env);
  const routes = routesOf(policy, { channel: slack.channel ?? 'SLACK_CHANNEL' });
  const compose = { interactive: false, reportUrl };
  const shown = await previewRun({ now, before }, routes, compose);
  const criticals = before === undefined ? await previewCriticals(now, routes, compose) : [];
  return [...shown, ...criticals.map((each) => ({ ...each, how: 'critical' as const }))].map(
    ({ message, ...rest }) => ({ ...rest, text: previewText(message), message }),
  );
}

/** Posts one line to each route. @throws {InputError} without a token or a channel. */
export async function testSlackHere(
  { env, slackApiUrl }: AppContext,
  policy: Policy = defaultPolicy,
): ReturnType<typeof testRoutes> {
  const { slack } = readSlackSettings(env);
  if (slack.token === undefined) throw new InputError('set SLACK_BOT_TOKEN to the bot token');
  const routes = routesOf(policy, slack);
  if (routes.targets.length === 0 && routes.fallback === undefined)
    throw new InputError('no channel: set SLACK_CHANNEL, or routes in a policy file (--policy)');
  const sender = createSender({ token: slack.token, slackApiUrl });
  return await testRoutes(sender, routes, (ms) => new Promise((done) => setTimeout(done, ms)));
}

/** Of 5,000 clusters it has some 100 MB. */
const largestReport = 256 * 1024 * 1024;

/** How many run ids an answer to an unknown one offers. */
const offeredRuns = 5;

/**
 * A report by its file, or by the id of a sealed run of the deployed app, read from its storage.
 * @throws {InputError} where there is no such file or run, or the file is no report of version 1.
 */
export async function reportOfRun(context: AppContext, run: string): Promise<Report> {
  if (/[/\\]|\.json$/iu.test(run) || existsSync(run) || !isRunId(run)) return reportOfFile(run);
  let runs: Awaited<ReturnType<typeof savedRuns>>;
  try {
    runs = await savedRuns(context);
  } catch (error) {
    throw new InputError(
      `run ${run}: no such file, and the storage of the service cannot be opened (${lineOf(error)})`,
      { cause: error },
    );
  }
  const report = await runs.readReport(run);
  if (report !== undefined) return report;
  const ids = (await runs.sealedRuns(offeredRuns)).map(({ runId }) => runId);
  throw new InputError(
    `run ${run}: not in the storage of the service (${ids.length === 0 ? 'it has no runs' : `newest runs: ${ids.join(', ')}`})`,
  );
}

/** @throws {InputError} where the file is no report of version 1. */
export function reportOfFile(file: string): Report {
  const text = readRegularFile(file, 'report', largestReport).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: the report cannot be read (not valid JSON)`, { cause: error });
  }
  if (isReport(value)) return value;
  throw new InputError(`${file}: not a version 1 report (evenkeel audit --format json writes one)`);
}
