import * as z from 'zod';
import { isSchedule } from './schedule.ts';

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

/** Settings with a form of their own; those of storage and of buttons hang together and are read apart. */
export const shape = z.object({
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
      .string('is missing; set comma-separated subscription IDs, or *')
      .transform((text) => text.split(/[\s,;]+/u).filter((each) => each !== ''))
      .refine((ids) => ids.length > 0, 'contains no subscription; set comma-separated IDs, or *')
      .refine(
        (ids) => ids.every((id) => id === '*' || guid.test(id)),
        'contains a value that is not a subscription ID; set comma-separated IDs, or *',
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
    z
      .url({ protocol: /^https?$/u, error: 'is not an address that begins with https://' })
      .refine(
        (text) => !URL.canParse(text) || !hasSecret(new URL(text)),
        'holds a key or a password; it stands in messages that many people read',
      ),
  ),
  EVENKEEL_ALLOW_PRIVATE_CLUSTERS: flag,
  EVENKEEL_MCP: flag,
  EVENKEEL_CLOUD: z.preprocess(
    blank,
    z
      .enum(
        ['AzurePublic', 'AzureChina', 'AzureUSGovernment'],
        'must be AzurePublic, AzureChina or AzureUSGovernment',
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
        'is not a channel ID (such as C0123456789; a name does not work)',
      ),
  ),
  EVENKEEL_TENANT_ID: optional(z.string().trim().regex(guid, 'is not a tenant ID')),
});

function hasSecret({ username, password, searchParams }: URL): boolean {
  return (
    username !== '' || password !== '' || ['code', 'sig'].some((name) => searchParams.has(name))
  );
}
