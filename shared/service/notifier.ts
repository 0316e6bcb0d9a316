import {
  createSender,
  notify,
  planRunFailed,
  postDigest,
  tableOutbox,
  type Sender,
} from '../notify/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Report } from '../report/index.ts';
import type { RunPlan } from '../history/index.ts';
import type { RunDeps } from './engine/deps.ts';
import { failureOf } from './engine/plan-run.ts';
import { policyOfRun } from './engine/run-policy.ts';
import { failureFields, type Log } from '../audit/log.ts';
import type { Service } from './service.ts';
import { routesOf } from './slack-routes.ts';

/** What runs send people; Slack that is down or not set up is said in the log, and harms no run. */
export interface Notifier {
  /** After a run is sealed. */
  readonly announce: (report: Report, plan: RunPlan) => Promise<void>;
  /** Sends what is left of earlier runs. */
  readonly drain: () => Promise<void>;
}

/** Tells Slack of sealed runs by the outbox; without a token it tells nobody. */
export function notifierOf(service: Service, deps: RunDeps): Notifier {
  const { log } = deps;
  const send = async (policy: Policy, plan?: RunPlan): Promise<void> => {
    const sender = senderOf(service, log);
    if (sender === undefined) return;
    const routes = routesOf(policy, service.settings.slack);
    if (routes.targets.length === 0) {
      log.info('slack is off', { why: 'neither SLACK_CHANNEL nor the policy sets a channel' });
      return;
    }
    const store = tableOutbox(service.store);
    const clock = {
      nowMs: () => deps.now().getTime(),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    };
    const why = plan && failureOf(plan);
    if (plan !== undefined && why !== undefined)
      await planRunFailed({ store, routing: routes, clock }, { id: plan.runId, why });
    const told = await notify({
      store,
      reports: {
        newestRun: () => newestRun(deps),
        read: (runId) => deps.storage.readReport(runId),
      },
      routing: routes,
      sender,
      clock,
      options: {
        interactive: service.settings.slack.interactions !== undefined,
        ...linkOptions(service),
      },
    });
    if (told.appBroken !== undefined) log.error('slack refuses the app', { code: told.appBroken });
    for (const [channel, code] of told.brokenChannels)
      log.warn('slack refuses a channel', { code, why: channel });
    log.info('slack sent', { count: told.sent + told.edited });
  };
  return {
    async announce(report, plan) {
      await loggingFailures(log, async () => {
        if (!plan.notify) return;
        if (plan.fleet) await send(await policyOfRun(deps, plan.runId), plan);
        else await postPart(service, log, report);
      });
    },
    async drain() {
      await loggingFailures(log, async () => {
        const [last] = await deps.storage.sealedRuns(1);
        if (last !== undefined) await send(await policyOfRun(deps, last.runId));
      });
    },
  };
}

const mostFailedRuns = 20;

/** The newest run that has seen something: one that has not is told of as such, and changes no digest. */
async function newestRun({ storage }: RunDeps): Promise<string | undefined> {
  for (const { runId } of await storage.sealedRuns(mostFailedRuns)) {
    const plan = await storage.readPlan(runId);
    if (plan === undefined || failureOf(plan) === undefined) return runId;
  }
  return undefined;
}

/** An audit that somebody asked for and wants told: one digest, of what was audited. */
async function postPart(service: Service, log: Log, report: Report): Promise<void> {
  const posted = await postDigest(
    { sender: senderOf(service, log), channel: service.settings.slack.channel },
    report,
    linkOptions(service),
  );
  if (posted.kind === 'off') log.info('slack is off', { why: posted.why });
  else if (posted.outcome.kind !== 'sent')
    log.warn('slack not sent', { code: posted.outcome.kind });
}

function senderOf({ context, settings }: Service, log: Log): Sender | undefined {
  const { token } = settings.slack;
  if (token === undefined) {
    log.info('slack is off', { why: 'SLACK_BOT_TOKEN is not set' });
    return undefined;
  }
  const { slackApiUrl } = context;
  return createSender({ token, slackApiUrl });
}

function linkOptions({ settings }: Service): { readonly reportUrl?: string } {
  return settings.reportUrl === undefined ? {} : { reportUrl: settings.reportUrl };
}

/** The report is sealed and complete whatever becomes of the telling; the next tick tries again. */
async function loggingFailures(log: Log, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    log.error('slack failed', failureFields(error));
  }
}
