import { subjectText, type Finding } from '../../findings/index.ts';
import { changeText, perMinute } from '../../report/observed-text.ts';
import { ruleUrl } from '../../report/rule-link.ts';
import { budget } from '../budget.ts';
import { reportLink } from '../links.ts';
import type { Block, Button, MessageOptions, RichSection, SlackMessage } from '../message.ts';
import type { Handled } from '../outbox/row.ts';
import {
  code,
  escaped,
  header,
  labelledField,
  line,
  longest,
  mrkdwn,
  mention,
  slackLine,
  mrkdwnText,
  plain,
  preformatted,
  richText,
  span,
  when,
} from '../slots.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import type { Level } from './level.ts';
import { actions, linkButton } from './parts.ts';
import { shareLines } from './shares.ts';

export const colours = { critical: '#a40e26', resolved: '#116329', aside: '#57606a' } as const;

export interface CriticalOptions extends MessageOptions {
  readonly level: Level;
  readonly reopened: boolean;
  /** User or group to notify, from configuration. */
  readonly mention?: string;
  /** Buttons that change something; off by default. */
  readonly interactive: boolean;
  readonly handled?: Handled;
  /** The channel that would not take it, where this is the fallback. */
  readonly insteadOf?: string;
}

/**
 * A critical finding by itself: the effect as title, the cause, the numbers now and after the fix,
 * one link. `undefined` fields of the finding leave their block out.
 */
export function criticalMessage(
  { cluster, finding }: ClusterFinding,
  options: CriticalOptions,
): SlackMessage {
  const { level, metadata } = options;
  const link = reportLink(options.reportUrl, { finding: finding.fingerprint });
  const word = `${options.reopened ? 'REOPENED ' : ''}${finding.severity.toUpperCase()}`;
  const sentence = escaped(
    `${word} ${slackLine(finding.title, longest.title)} on ${slackLine(cluster.name, longest.name)}.`,
    budget.topLevelText,
  );
  if (level === 'text')
    return {
      text: sentence + (link === undefined ? '' : ` <${link}|Report>`),
      blocks: [],
      metadata,
    };
  const called = options.mention === undefined ? [] : mention(options.mention);
  return {
    text: sentence,
    blocks:
      called.length === 0
        ? []
        : [richText(line(...called, span(` ${word} on `, 40), code(cluster.name)))],
    attachments: [
      {
        color: colours.critical,
        fallback: sentence,
        blocks: [
          header(finding.title),
          richText(line(span(finding.message, level === 'full' ? 900 : 300))),
          ...(level === 'full' ? numbers({ cluster, finding }) : []),
          ...facts({ cluster, finding }),
          ...(level === 'full' ? fix({ cluster, finding }) : []),
          ...status(options),
          ...actions([
            ...linkButton(link, 'open_finding'),
            ...linkButton(ruleUrl(options.reportUrl, finding.rule), 'open_rule'),
            ...(options.interactive ? buttons(finding.fingerprint, options.handled) : []),
          ]),
        ],
      },
    ],
    metadata,
  };
}

function numbers({ cluster, finding }: ClusterFinding): Block[] {
  const lines = shareLines(cluster, finding);
  return lines.length === 0 ? [] : [richText(preformatted(lines))];
}

function facts({ cluster, finding }: ClusterFinding): Block[] {
  return [
    {
      type: 'section',
      fields: [
        labelledField('Cluster', cluster.name),
        ...(finding.subject.kind === 'Cluster'
          ? []
          : [labelledField(finding.subject.kind, subjectText(finding.subject))]),
        mrkdwnText(mrkdwn`*First seen*\n${when(finding.firstSeen)}`),
        labelledField('Rule', finding.rule),
        ...harmField(finding),
        ...changeField(finding),
      ],
    },
  ];
}

/** `about 4,090 connections a minute`; nothing where no metric says how much traffic there is. */
function harmField({ harm }: Finding) {
  if (harm === undefined || harm.perMinute <= 0) return [];
  return [labelledField(harm.kind === 'lost' ? 'Lost now' : 'Misrouted now', perMinute(harm))];
}

/** What was changed, when and by what kind of client; never by whom. */
function changeField(finding: Finding) {
  const text = changeText(finding, false);
  return text === undefined ? [] : [labelledField('Last change', text)];
}

function fix({ finding }: ClusterFinding): Block[] {
  const [first, ...others] = finding.fixes;
  if (first === undefined) return [];
  const price =
    first.price.length === 0 ? '' : slackLine(`Trade-off: ${first.price.join('; ')}.`, 300);
  const command = first.steps.find(({ tool, text }) => tool !== 'yaml' && text.length <= 500);
  const more =
    others.length === 0
      ? ''
      : `${others.length} other ${others.length === 1 ? 'fix' : 'fixes'} in the report.`;
  const text = [`${slackLine(first.title, 200)}.`, price, more].filter((part) => part !== '');
  return [
    richText(
      line(span('Fix: ', 10, { bold: true }), span(text.join(' '), 540)),
      ...(command === undefined ? [] : [preformatted(command.text.split('\n'))]),
    ),
  ];
}

/** Who has it, until when it is quiet, and that the channel it was meant for refused it. */
function status({ handled, insteadOf }: CriticalOptions): Block[] {
  const { acknowledgedBy, snoozedBy = '', snoozedUntilMs } = handled ?? {};
  const notes: RichSection[] = [];
  if (acknowledgedBy !== undefined)
    notes.push(line(span('Acknowledged by ', 30), ...mention(acknowledgedBy)));
  if (snoozedUntilMs !== undefined) {
    const day = new Date(snoozedUntilMs).toISOString().slice(0, 10);
    notes.push(line(span(`No reminders until ${day}, by `, 60), ...mention(snoozedBy)));
  }
  if (insteadOf !== undefined)
    notes.push(line(span(`Meant for channel ${insteadOf}, which refuses messages.`, 120)));
  return notes.length === 0 ? [] : [richText(...notes)];
}

function buttons(value: string, handled: Handled | undefined): Button[] {
  const acknowledge: Button = {
    type: 'button',
    action_id: 'acknowledge',
    value,
    text: plain('Acknowledge', longest.button),
  };
  const snooze: Button = {
    type: 'button',
    action_id: 'snooze_7d',
    value,
    text: plain('Snooze 7 days', longest.button),
    confirm: {
      title: plain('Snooze this finding?', 100),
      text: plain('It stays in the report. Reminders come back after 7 days.', 300),
      confirm: plain('Snooze', 30),
      deny: plain('Cancel', 30),
    },
  };
  return handled?.acknowledgedBy === undefined ? [acknowledge, snooze] : [snooze];
}
