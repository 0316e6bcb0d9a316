import * as z from 'zod';
import { ownerName, pattern, scope, severity } from './patterns.ts';

const channel = z
  .string()
  .regex(/^[CG][A-Z0-9]{8,12}$/u, 'use the channel ID (C0123456789), not its name')
  .describe('Slack channel id.');

const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, 'must be a time of day such as "07:30"')
  .describe('Time of day, "07:30".');
const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
const zone = z
  .string()
  .max(64)
  .refine(isZone, { error: 'not an IANA time zone (for example Europe/Berlin or UTC)' })
  .describe('IANA time zone, `Europe/Berlin`.');

function isZone(name: string): boolean {
  // Offsets such as +02:00 are accepted by Intl, and know no summer time.
  if (!/^[A-Za-z]/u.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const quietHours = z
  .strictObject({
    zone,
    from: clock.optional(),
    to: clock.optional(),
    days: z.array(weekday).max(7).optional().describe('Days without messages.'),
    criticalBreaksThrough: z.boolean().default(true),
  })
  .check(
    z.refine((value) => (value?.from === undefined) === (value?.to === undefined), {
      error: 'needs "from" and "to" together',
      when: () => true,
    }),
    z.refine((value) => value?.from !== undefined || (value?.days?.length ?? 0) > 0, {
      error: 'needs "from" and "to", or "days"',
      when: () => true,
    }),
  )
  .describe('Times without messages; changes are reported afterwards.');

const route = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/u, 'a route name is 1 to 40 of a-z, 0-9 and -')
    .describe('Shown in messages.'),
  match: z
    .strictObject({
      ...scope.shape,
      owner: z.array(ownerName).min(1).optional(),
      severity: z.array(severity).min(1).optional(),
      rule: z.array(pattern).min(1).optional().describe('Rule ids or patterns, `traffic/*`.'),
    })
    .default({})
    .describe('Which findings; all if omitted.'),
  to: z
    .union([z.literal('owner'), channel], { error: 'is neither a channel id nor "owner"' })
    .describe("A channel id, or `owner` for the channel of the finding's owner."),
  continue: z.boolean().default(false).describe('Also evaluate the following routes.'),
  minSeverity: severity.optional(),
  quietHours: quietHours.optional(),
});

export const slack = z
  .strictObject({
    fallback: channel.optional().describe('Channel for messages without another channel.'),
    minSeverity: severity.default('high'),
    criticals: z
      .strictObject({
        perFinding: z.boolean().default(true).describe('A message for each critical finding.'),
        maxPerRun: z.int().min(0).max(50).default(10),
        remindDays: z
          .array(z.int().min(1).max(365))
          .max(20)
          .default([1, 3, 7])
          .describe('Days after which an unchanged critical finding is repeated; then weekly.'),
      })
      .prefault({}),
    quietHours: quietHours.optional(),
    weekly: z.strictObject({ day: weekday, at: clock, zone }).optional(),
    routes: z
      .array(route)
      .max(200)
      .default([])
      .check(
        z.refine((routes) => isWhole(routes), {
          error: 'the last route must match everything (no "match")',
          when: () => true,
        }),
      )
      .describe('The first match applies, unless it sets `continue`.'),
  })
  .describe('Routing of messages. Channels are set only here, never by a tag.');

function isWhole(routes: readonly { readonly match?: object }[]): boolean {
  const last = Array.isArray(routes) ? routes.at(-1) : undefined;
  return last === undefined || Object.keys(last.match ?? {}).length === 0;
}

export const owner = z
  .strictObject({
    channel: channel.optional(),
    mention: z
      .string()
      .regex(/^[SUW][A-Z0-9]{8,12}$/u, 'a mention must be a user ID (U…) or group ID (S…)')
      .optional()
      .describe('User or user group id, for critical findings.'),
    scopes: z
      .array(scope)
      .max(200)
      .default([])
      .describe('What it owns, in addition to tags and labels.'),
  })
  .describe('A team: its channel and what it owns.');
