import type { CloudName } from '../collect/live/index.ts';
import { unsafeTls, type Environment } from '../audit/environment.ts';
import type * as z from 'zod';
import { InputError } from '../audit/input-error.ts';
import {
  interactionNames,
  interactionsOf,
  type InteractionSettings,
} from './interaction-settings.ts';
import { shape } from './settings-shape.ts';
import { storageOf, type StorageSettings } from './storage-settings.ts';

/** What the service is set up with, validated; secrets stay in the two fields that are named for them. */
export interface Settings {
  /** NCRONTAB of six fields, read by the Functions host as `%EVENKEEL_SCHEDULE%`. */
  readonly schedule: string;
  /** Subscription ids, or `all` that the identity sees. */
  readonly subscriptions: 'all' | readonly string[];
  /** File in the package or URL of a blob. */
  readonly policy?: string | undefined;
  readonly engine: 'queue' | 'inline';
  /** Where people open the report; links in messages lead there. */
  readonly reportUrl?: string | undefined;
  readonly allowPrivateClusters: boolean;
  readonly cloud: CloudName;
  readonly slack: SlackSettings;
  readonly storage: StorageSettings;
}

export interface SlackSettings {
  readonly token?: string | undefined;
  readonly channel?: string | undefined;
  /** Absent = messages have no buttons, and nobody listens to any. */
  readonly interactions?: InteractionSettings | undefined;
}

/**
 * Reads and checks every setting.
 * @throws {InputError} one message that lists every fault by the setting's name, never by its value.
 */
export function readSettings(env: Environment): Settings {
  const faults = [...unresolved(env), ...unsafeTls(env)];
  const parsed = shape.safeParse(env);
  if (!parsed.success) faults.push(...faultsOf(parsed.error));
  const found = storageOf(env, parsed.data?.EVENKEEL_CLOUD ?? 'AzurePublic');
  if ('fault' in found) faults.push(found.fault);
  const { interactions, faults: wrong } = interactionsOf(env);
  faults.push(...wrong);
  if (faults.length > 0 || !parsed.success || 'fault' in found)
    throw new InputError(`settings: ${[...new Set(faults)].join('; ')}`);
  const values = parsed.data;
  const ids = values.EVENKEEL_SUBSCRIPTIONS;
  const slack = slackOf(values);
  return {
    schedule: values.EVENKEEL_SCHEDULE,
    subscriptions: ids.includes('*') ? 'all' : [...new Set(ids.map((id) => id.toLowerCase()))],
    policy: values.EVENKEEL_POLICY,
    engine: values.EVENKEEL_ENGINE,
    ...azureOf(values),
    ...slack,
    slack: { ...slack.slack, interactions },
    storage: found.storage,
  };
}

const azureShape = shape.pick({ EVENKEEL_CLOUD: true, EVENKEEL_ALLOW_PRIVATE_CLUSTERS: true });
const slackShape = shape.pick({
  SLACK_BOT_TOKEN: true,
  SLACK_CHANNEL: true,
  EVENKEEL_REPORT_URL: true,
});

/** What a person's own audit takes from the environment. @throws {InputError} */
export function readAzureSettings(
  env: Environment,
): Pick<Settings, 'cloud' | 'allowPrivateClusters'> {
  return azureOf(parsedBy(azureShape, env));
}

/** What previews and tests of Slack messages take from the environment. @throws {InputError} */
export function readSlackSettings(env: Environment): Pick<Settings, 'slack' | 'reportUrl'> {
  return slackOf(parsedBy(slackShape, env));
}

function parsedBy<T>(wanted: z.ZodType<T>, env: Environment): T {
  const parsed = wanted.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new InputError(`settings: ${faultsOf(parsed.error).join('; ')}`);
}

function faultsOf({ issues }: z.ZodError): readonly string[] {
  return issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

function azureOf(
  values: z.infer<typeof azureShape>,
): Pick<Settings, 'cloud' | 'allowPrivateClusters'> {
  return {
    cloud: values.EVENKEEL_CLOUD,
    allowPrivateClusters: values.EVENKEEL_ALLOW_PRIVATE_CLUSTERS === 'true',
  };
}

function slackOf(values: z.infer<typeof slackShape>): Pick<Settings, 'slack' | 'reportUrl'> {
  return {
    reportUrl: values.EVENKEEL_REPORT_URL,
    slack: { token: values.SLACK_BOT_TOKEN, channel: values.SLACK_CHANNEL },
  };
}

/** A Key Vault reference that the platform could not resolve reaches the app as its own text. */
function unresolved(env: Environment): readonly string[] {
  return [...Object.keys(shape.shape), ...interactionNames, 'AzureWebJobsStorage']
    .filter((name) => env[name]?.startsWith('@Microsoft.KeyVault(') === true)
    .map(
      (name) =>
        `${name} is a Key Vault reference that was not resolved; grant the app's identity permission to read that secret`,
    );
}
