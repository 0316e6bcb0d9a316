import * as z from 'zod';
import { InputError } from './input-error.ts';
import { isSchedule } from './schedule.ts';

/** What the service is set up with, validated; secrets stay in the two fields that are named for them. */
export interface Settings {
  /** NCRONTAB of six fields, read by the Functions host as `%EVENKEEL_SCHEDULE%`. */
  readonly schedule: string;
  /** Subscription ids, or `all` that the identity sees. */
  readonly subscriptions: 'all' | readonly string[];
  /** File in the package or URL of a blob. */
  readonly policy?: string;
  readonly engine: 'queue' | 'inline';
  /** Where people open the report; links in messages lead there. */
  readonly reportUrl?: string;
  readonly allowPrivateClusters: boolean;
  readonly cloud: 'AzurePublic' | 'AzureChina' | 'AzureUSGovernment';
  readonly slack: SlackSettings;
  readonly storage: StorageSettings;
}

export interface SlackSettings {
  readonly token?: string;
  readonly channel?: string;
}

/** A connection string (the emulator, older apps), or addresses for an identity. */
export type StorageSettings =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly blobUri: string;
      readonly queueUri: string;
      readonly tableUri: string;
      readonly clientId?: string;
    };

export type Environment = Readonly<Record<string, string | undefined>>;

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;
const blank = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;
const optional = <T extends z.ZodType>(type: T) => z.preprocess(blank, type.optional());

const flag = optional(
  z
    .string()
    .trim()
    .toLowerCase()
    .refine((text) => text === 'true' || text === 'false', 'is neither true nor false'),
);

const shape = z.object({
  EVENKEEL_SCHEDULE: z.preprocess(
    blank,
    z
      .string('is missing; six fields of NCRONTAB, such as "0 0 */6 * * *"')
      .trim()
      .refine(isSchedule, 'is no NCRONTAB of six fields, such as "0 0 */6 * * *"'),
  ),
  EVENKEEL_SUBSCRIPTIONS: z.preprocess(
    blank,
    z
      .string('is missing; subscription ids with commas between, or *')
      .transform((text) => text.split(/[\s,;]+/u).filter((each) => each !== ''))
      .refine(
        (ids) => ids.every((id) => id === '*' || guid.test(id)),
        'holds something that is no subscription id; ids with commas between, or *',
      ),
  ),
  EVENKEEL_POLICY: optional(
    z
      .string()
      .trim()
      .refine(
        (text) => !/^[a-z]+:\/\//iu.test(text) || text.startsWith('https://'),
        'is neither a file nor an https:// address of a blob',
      ),
  ),
  EVENKEEL_ENGINE: z.preprocess(
    blank,
    z.enum(['queue', 'inline'], 'is neither queue nor inline').default('queue'),
  ),
  EVENKEEL_REPORT_URL: optional(
    z.url({ protocol: /^https?$/u, error: 'is no address that begins with https://' }),
  ),
  EVENKEEL_ALLOW_PRIVATE_CLUSTERS: flag,
  EVENKEEL_CLOUD: z.preprocess(
    blank,
    z
      .enum(
        ['AzurePublic', 'AzureChina', 'AzureUSGovernment'],
        'is none of AzurePublic, AzureChina, AzureUSGovernment',
      )
      .default('AzurePublic'),
  ),
  SLACK_BOT_TOKEN: optional(
    z
      .string()
      .trim()
      .regex(/^xox[a-z]-/u, 'is no Slack token (they begin with xoxb-)'),
  ),
  SLACK_CHANNEL: optional(
    z
      .string()
      .trim()
      .regex(
        /^[CGD][A-Z0-9]{6,}$/u,
        'is no channel id (such as C0123456789; the name does not do)',
      ),
  ),
  AzureWebJobsStorage: optional(z.string().trim()),
  AzureWebJobsStorage__accountName: optional(
    z.string().regex(/^[a-z0-9]{3,24}$/u, 'is no name of a storage account'),
  ),
  AzureWebJobsStorage__blobServiceUri: optional(z.url('is no address')),
  AzureWebJobsStorage__queueServiceUri: optional(z.url('is no address')),
  AzureWebJobsStorage__tableServiceUri: optional(z.url('is no address')),
  AzureWebJobsStorage__clientId: optional(z.string().regex(guid, 'is no client id')),
});

/**
 * Reads and checks every setting.
 * @throws {InputError} one message that lists every fault by the setting's name, never by its value.
 */
export function readSettings(env: Environment): Settings {
  const faults = [...unresolved(env), ...unsafeTls(env)];
  const parsed = shape.safeParse(env);
  if (!parsed.success) faults.push(...faultsOf(parsed.error));
  const storage = parsed.success ? storageOf(parsed.data) : undefined;
  if (parsed.success && storage === undefined)
    faults.push(
      'AzureWebJobsStorage is missing; a connection string, or AzureWebJobsStorage__accountName for an identity',
    );
  if (faults.length > 0 || !parsed.success || storage === undefined)
    throw new InputError(`settings: ${[...new Set(faults)].join('; ')}`);
  const values = parsed.data;
  const ids = values.EVENKEEL_SUBSCRIPTIONS;
  return {
    schedule: values.EVENKEEL_SCHEDULE,
    subscriptions: ids.includes('*') ? 'all' : [...new Set(ids.map((id) => id.toLowerCase()))],
    ...(values.EVENKEEL_POLICY !== undefined && { policy: values.EVENKEEL_POLICY }),
    engine: values.EVENKEEL_ENGINE,
    ...azureOf(values),
    ...slackOf(values),
    storage,
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
  const parsed = azureShape.safeParse(env);
  if (parsed.success) return azureOf(parsed.data);
  throw new InputError(`settings: ${faultsOf(parsed.error).join('; ')}`);
}

/** What previews and tests of Slack messages take from the environment. @throws {InputError} */
export function readSlackSettings(env: Environment): Pick<Settings, 'slack' | 'reportUrl'> {
  const parsed = slackShape.safeParse(env);
  if (parsed.success) return slackOf(parsed.data);
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
    ...(values.EVENKEEL_REPORT_URL !== undefined && { reportUrl: values.EVENKEEL_REPORT_URL }),
    slack: {
      ...(values.SLACK_BOT_TOKEN !== undefined && { token: values.SLACK_BOT_TOKEN }),
      ...(values.SLACK_CHANNEL !== undefined && { channel: values.SLACK_CHANNEL }),
    },
  };
}

/** A Key Vault reference that the platform could not resolve reaches the app as its own text. */
function unresolved(env: Environment): readonly string[] {
  return Object.keys(shape.shape)
    .filter((name) => env[name]?.startsWith('@Microsoft.KeyVault(') === true)
    .map(
      (name) =>
        `${name} is a Key Vault reference that was not resolved; give the app's identity the right to read that secret`,
    );
}

/** Node obeys this variable for every connection, pinned or not. */
export function unsafeTls(env: Environment): readonly string[] {
  return env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? ['NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off; remove it']
    : [];
}

function storageOf(values: z.infer<typeof shape>): StorageSettings | undefined {
  const connectionString = values.AzureWebJobsStorage;
  if (connectionString !== undefined) return { kind: 'connection-string', connectionString };
  const account = values.AzureWebJobsStorage__accountName;
  const uri = (service: string, given: string | undefined): string | undefined =>
    given ?? (account === undefined ? undefined : `https://${account}.${service}.core.windows.net`);
  const blobUri = uri('blob', values.AzureWebJobsStorage__blobServiceUri);
  const queueUri = uri('queue', values.AzureWebJobsStorage__queueServiceUri);
  const tableUri = uri('table', values.AzureWebJobsStorage__tableServiceUri);
  if (blobUri === undefined || queueUri === undefined || tableUri === undefined) return undefined;
  const clientId = values.AzureWebJobsStorage__clientId;
  return {
    kind: 'identity',
    blobUri,
    queueUri,
    tableUri,
    ...(clientId !== undefined && { clientId }),
  };
}
